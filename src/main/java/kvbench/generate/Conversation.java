package kvbench.generate;

import kvbench.cache.KvCache;
import kvbench.text.ConversationScript;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A scripted conversation, turn by turn, with a cache that lives for one turn: each turn takes in
 * its whole prompt afresh, as the notebook did, and generates exactly the token budget.
 *
 * <p>A static cache is sized for the turn's prompt and budget. Making the cache counts to the
 * answer's time, and so to its first token, as it does in Hugging Face's {@code generate}; freeing
 * it counts to the conversation's only.
 */
public final class Conversation {
    private final ConversationScript script;
    private final History history;
    private final int tokenBudget;
    private final List<int[]> scriptedPrompts;

    public Conversation(ConversationScript script, History history, int tokenBudget) {
        this.script = script;
        this.history = history;
        this.tokenBudget = tokenBudget;
        this.scriptedPrompts =
                IntStream.range(0, script.turns()).mapToObj(script::scriptedPrompt).toList();
    }

    /** Tokens of each turn's prompt. */
    public List<Long> promptLengths() {
        var lengths = new ArrayList<Long>();
        long longer = 0;
        for (int turn = 0; turn < script.turns(); turn++) {
            lengths.add(scriptedPrompts.get(turn).length + longer);
            if (history == History.GENERATED) {
                longer += tokenBudget - script.reply(turn).length;
            }
        }
        return lengths;
    }

    /** Tokens of the longest prompt and its answer: what the model's context must hold. */
    public long longestSequence() {
        return promptLengths().getLast() + tokenBudget;
    }

    /**
     * Runs all turns. One that fails is told as such; those after it go on, on the scripted reply
     * in its place.
     *
     * @param caches makes an empty cache for as many tokens
     */
    public List<Turn> run(Decoder decoder, IntFunction<KvCache> caches) {
        return run(decoder, caches, Optional.empty());
    }

    /**
     * As {@link #run(Decoder, IntFunction)}, with the ledger of each turn that is answered. Keeping
     * it takes no part of an answer's time, but of the conversation's.
     */
    public List<Turn> run(Decoder decoder, IntFunction<KvCache> caches, TurnMeter meter) {
        return run(decoder, caches, Optional.of(meter));
    }

    private List<Turn> run(
            Decoder decoder, IntFunction<KvCache> caches, Optional<TurnMeter> meter) {
        Generator generator = Generator.ofFixedLength(decoder, tokenBudget);
        var turns = new ArrayList<Turn>(script.turns());
        int[] said = script.opening();
        for (int turn = 0; turn < script.turns(); turn++) {
            int[] prompt = history == History.SCRIPTED ? scriptedPrompts.get(turn) : said;
            Turn result = run(turn, prompt, decoder, generator, caches, meter);
            turns.add(result);
            if (history == History.GENERATED && turn + 1 < script.turns()) {
                int[] reply =
                        result.generation().map(Generation::tokens).orElse(script.reply(turn));
                said = joined(said, reply, script.user(turn + 1));
            }
        }
        return turns;
    }

    private Turn run(
            int turn,
            int[] prompt,
            Decoder decoder,
            Generator generator,
            IntFunction<KvCache> caches,
            Optional<TurnMeter> meter) {
        meter.ifPresent(TurnMeter::begin);
        long start = System.nanoTime();
        try (KvCache cache = caches.apply(prompt.length + tokenBudget)) {
            decoder.begin(cache);
            Generation generation = generator.generate(prompt, start);
            Turn result = Turn.of(turn + 1, prompt.length, script.words(turn), generation, cache);
            return meter.map(to -> result.with(to.end(turn + 1, generation, cache))).orElse(result);
        } catch (RuntimeException e) {
            // Whatever a turn dies of is its result; a benchmark counts it and goes on.
            return Turn.failed(turn + 1, prompt.length, script.words(turn), e);
        }
    }

    private static int[] joined(int[]... pieces) {
        return IntStream.range(0, pieces.length).flatMap(i -> IntStream.of(pieces[i])).toArray();
    }
}
