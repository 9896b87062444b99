package kvbench.verify;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.engine.Engine;
import kvbench.generate.Decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a strategy says to a script, with the scores behind each token. One that has evicted what a
 * rewind needs takes the text in again instead.
 *
 * @param tokens the tokens chosen, in order
 * @param logits the scores of each: [tokens][vocabulary]
 */
record Transcript(int[] tokens, List<float[]> logits) {

    /** The transcript of {@code strategy}, with a cache out of {@code caches}. */
    static Transcript of(Engine engine, CacheStrategy strategy, CacheSource caches, Script script) {
        engine.keepOnly(strategy);
        Decoder decoder = engine.decoder(strategy);
        var said = new Recorder(decoder, script);
        try (KvCache cache = caches.open(strategy, Math.toIntExact(script.length()))) {
            decoder.begin(cache);
            said.answer(script.firstPrompt());
            said.answer(script.secondPrompt());
            if (decoder.canRewindTo(script.cut())) {
                decoder.rewindTo(script.cut());
            } else {
                decoder.rewindTo(0);
                decoder.prefill(said.upToTheCut());
            }
            said.answer(script.secondPrompt());
        }
        return new Transcript(said.tokens, said.logits);
    }

    private static final class Recorder {
        private final Decoder decoder;
        private final Script script;
        private final int newTokens;
        private final int[] tokens;
        private final List<float[]> logits = new ArrayList<>();

        Recorder(Decoder decoder, Script script) {
            this.decoder = decoder;
            this.script = script;
            this.newTokens = script.newTokens();
            this.tokens = new int[script.tokens()];
        }

        private void answer(int[] prompt) {
            int token = decoder.prefill(prompt);
            keep(token);
            for (int i = 1; i < newTokens; i++) {
                token = decoder.step(token);
                keep(token);
            }
        }

        /** The first prompt and what is kept of its answer. */
        private int[] upToTheCut() {
            return IntStream.concat(
                            IntStream.of(script.firstPrompt()),
                            IntStream.of(tokens).limit(newTokens))
                    .limit(script.cut())
                    .toArray();
        }

        private void keep(int token) {
            tokens[logits.size()] = token;
            logits.add(decoder.logits());
        }
    }
}
