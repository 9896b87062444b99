package kvbench.generate;

import kvbench.cache.KvCache;
import kvbench.text.ConversationScript;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A scripted conversation, turn by turn, each of which generates exactly the token budget.
 *
 * <p>In the scope of a turn each takes in its whole prompt afresh, as the notebook did, with a
 * cache that is sized for the turn's prompt and budget. In the scope of the session one cache is
 * sized for the longest sequence and made in the first turn; the others take in what their prompts
 * have beyond it. Where a prompt goes on otherwise than the cache, as it does after a scripted
 * reply, the cache is rewound to where they part. A turn that fails leaves no cache behind,
 * whatever the scope: nobody knows what is in it, and the next turn begins with a new one.
 *
 * <p>Making the cache and rewinding it count to the answer's time, and so to its first token, as
 * making it does in Hugging Face's {@code generate}; freeing it counts to the conversation's only.
 */
public final class Conversation {
    private final ConversationScript script;
    private final History history;
    private final int tokenBudget;
    private final CacheScope scope;
    private final List<int[]> scriptedPrompts;
    private final List<Long> promptLengths;

    public Conversation(
            ConversationScript script, History history, int tokenBudget, CacheScope scope) {
        this.script = script;
        this.history = history;
        this.tokenBudget = tokenBudget;
        this.scope = scope;
        this.scriptedPrompts =
                IntStream.range(0, script.turns()).mapToObj(script::scriptedPrompt).toList();
        this.promptLengths = lengths();
    }

    /** Tokens of each turn's prompt. */
    public List<Long> promptLengths() {
        return promptLengths;
    }

    private List<Long> lengths() {
        var lengths = new ArrayList<Long>();
        long longer = 0;
        for (int turn = 0; turn < script.turns(); turn++) {
            lengths.add(scriptedPrompts.get(turn).length + longer);
            if (history == History.GENERATED) {
                longer += tokenBudget - script.reply(turn).length;
            }
        }
        return List.copyOf(lengths);
    }

    /**
     * Tokens of each turn's prompt that a cache holds which has taken in the turns before. The
     * fewest: of a reply in a scripted history none is counted, though the model may begin alike.
     */
    public List<Long> keptLengths() {
        var kept = new ArrayList<Long>();
        kept.add(0L);
        for (long prompt : promptLengths.subList(0, promptLengths.size() - 1)) {
            kept.add(
                    switch (scope) {
                        case TURN -> 0L;
                        case SESSION ->
                                switch (history) {
                                    case SCRIPTED -> prompt;
                                    case GENERATED -> prompt + tokenBudget - 1;
                                };
                    });
        }
        return kept;
    }

    /** Tokens of the longest prompt and its answer: what the model's context must hold. */
    public long longestSequence() {
        return promptLengths.getLast() + tokenBudget;
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
        try (var cached = new CachedText(decoder, caches)) {
            for (int turn = 0; turn < script.turns(); turn++) {
                int[] prompt = history == History.SCRIPTED ? scriptedPrompts.get(turn) : said;
                Turn result = run(turn, prompt, generator, cached, meter);
                turns.add(result);
                if (scope == CacheScope.TURN || !result.succeeded()) {
                    cached.drop();
                }
                if (history == History.GENERATED && turn + 1 < script.turns()) {
                    int[] reply =
                            result.generation().map(Generation::tokens).orElse(script.reply(turn));
                    said = joined(said, reply, script.user(turn + 1));
                }
            }
        }
        return turns;
    }

    private Turn run(
            int turn,
            int[] prompt,
            Generator generator,
            CachedText cached,
            Optional<TurnMeter> meter) {
        meter.ifPresent(TurnMeter::begin);
        int slots = slots(turn, prompt.length);
        long start = System.nanoTime();
        try {
            int kept = cached.begin(prompt, slots);
            Generation generation = generator.generate(prompt, kept, start);
            cached.end(prompt, generation.tokens());
            Turn result =
                    Turn.of(turn + 1, prompt.length, script.words(turn), generation, cached.use());
            return meter.map(to -> result.with(to.end(result, cached.cache()))).orElse(result);
        } catch (RuntimeException e) {
            // Whatever a turn dies of is its result; a benchmark counts it and goes on.
            return Turn.failed(turn + 1, prompt.length, script.words(turn), e);
        }
    }

    /** Tokens that a cache which is made for {@code turn} comes to hold. */
    private int slots(int turn, int promptTokens) {
        return switch (scope) {
            case TURN -> promptTokens + tokenBudget;
            // The scripted reply in place of one that failed is of another length.
            case SESSION ->
                    Math.toIntExact(longestSequence() + promptTokens - promptLengths.get(turn));
        };
    }

    private static int[] joined(int[]... pieces) {
        return IntStream.range(0, pieces.length).flatMap(i -> IntStream.of(pieces[i])).toArray();
    }
}
