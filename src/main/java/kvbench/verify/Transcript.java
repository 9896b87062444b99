package kvbench.verify;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.engine.Engine;
import kvbench.generate.Decoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a strategy says to a fixed script, with the scores behind each token.
 *
 * <p>The script touches each path through a cache: a prompt, steps, a second prompt onto a filled
 * cache, steps, a rewind to before the second prompt, and the same again.
 *
 * @param tokens the tokens chosen, in order
 * @param logits the scores of each: [tokens][vocabulary]
 */
record Transcript(int[] tokens, List<float[]> logits) {
    /** Answers in a transcript: after the first prompt, after the second, and after the rewind. */
    static final int ANSWERS = 3;

    /** Slots that the script needs. */
    static long length(int[] firstPrompt, int[] secondPrompt, int newTokens) {
        return firstPrompt.length + secondPrompt.length + 2L * newTokens;
    }

    static Transcript of(
            Engine engine,
            CacheStrategy strategy,
            int[] firstPrompt,
            int[] secondPrompt,
            int newTokens) {
        Decoder decoder = engine.decoder(strategy);
        var said = new Recorder(decoder, newTokens);
        int slots = Math.toIntExact(length(firstPrompt, secondPrompt, newTokens));
        try (KvCache cache = engine.cache(strategy, slots)) {
            decoder.begin(cache);
            said.answer(firstPrompt);
            int turn = decoder.length();
            said.answer(secondPrompt);
            decoder.rewindTo(turn);
            said.answer(secondPrompt);
        }
        return new Transcript(Arrays.copyOf(said.tokens, said.count), said.logits);
    }

    private static final class Recorder {
        private final Decoder decoder;
        private final int newTokens;
        private final int[] tokens;
        private final List<float[]> logits = new ArrayList<>();
        private int count;

        Recorder(Decoder decoder, int newTokens) {
            this.decoder = decoder;
            this.newTokens = newTokens;
            this.tokens = new int[ANSWERS * newTokens];
        }

        private void answer(int[] prompt) {
            int token = decoder.prefill(prompt);
            keep(token);
            for (int i = 1; i < newTokens; i++) {
                token = decoder.step(token);
                keep(token);
            }
        }

        private void keep(int token) {
            tokens[count++] = token;
            logits.add(decoder.logits());
        }
    }
}
