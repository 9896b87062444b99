package kvbench.generate;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Prefill and decode steps until the token budget is spent, each token's time kept. Not
 * thread-safe.
 *
 * <p>Tokens and times go into memory that is made once, with the generator: between the start of
 * the clock and the last token nothing is allocated on the Java heap.
 */
public final class Generator {
    private final Decoder decoder;
    private final int[] stopTokens;
    private final IntConsumer listener;
    private final int[] tokens; // [tokenBudget]
    private final long[] nanos; // [tokenBudget]

    private Generator(
            Decoder decoder,
            int tokenBudget,
            Collection<Integer> stopTokens,
            IntConsumer listener) {
        if (tokenBudget < 1) {
            throw new IllegalArgumentException(
                    "expected a token budget of at least 1, found " + tokenBudget);
        }
        this.decoder = decoder;
        this.stopTokens = stopTokens.stream().mapToInt(Integer::intValue).toArray();
        this.listener = listener;
        this.tokens = new int[tokenBudget];
        this.nanos = new long[tokenBudget];
    }

    /**
     * Generates exactly {@code tokenBudget} tokens, whatever they are: every arm of a comparison
     * does the same work.
     *
     * @param tokenBudget at least 1
     */
    public static Generator ofFixedLength(Decoder decoder, int tokenBudget) {
        return new Generator(decoder, tokenBudget, List.of(), token -> {});
    }

    /**
     * Ends with the first of {@code stopTokens}, which is part of the answer, or with the budget.
     *
     * @param tokenBudget at least 1
     * @param listener told each token as it comes out; its own time is left out
     */
    public static Generator untilStop(
            Decoder decoder,
            int tokenBudget,
            Collection<Integer> stopTokens,
            IntConsumer listener) {
        return new Generator(decoder, tokenBudget, stopTokens, listener);
    }

    /**
     * Takes in {@code prompt} and generates its answer, at least one token.
     *
     * <p>The last token is not taken in: a cache ends with prompt and answer less one.
     */
    public Generation generate(int[] prompt) {
        return generate(prompt, System.nanoTime());
    }

    /**
     * As {@link #generate(int[])}, on a clock that was started before, so that the making of a
     * cache counts to the first token whichever strategy it is: one that grows allocates in its
     * steps in any case.
     *
     * @param start {@link System#nanoTime} when generation began
     */
    public Generation generate(int[] prompt, long start) {
        return generate(prompt, 0, start);
    }

    /**
     * As {@link #generate(int[], long)}, where the decoder has taken in the beginning of the prompt
     * before.
     *
     * @param kept tokens of that beginning, fewer than the prompt has
     */
    public Generation generate(int[] prompt, int kept, long start) {
        long listened = 0;
        int count = 0;
        int prefilledTokens = prompt.length - kept + decoder.uncachedTokens();
        int token = decoder.prefill(prompt, kept);
        while (true) {
            long now = System.nanoTime();
            nanos[count] = now - start - listened;
            tokens[count++] = token;
            listener.accept(token);
            listened += System.nanoTime() - now;
            if (count == tokens.length || stopsAt(token)) {
                return new Generation(
                        prompt.length,
                        prefilledTokens,
                        Arrays.copyOf(tokens, count),
                        Arrays.copyOf(nanos, count));
            }
            token = decoder.step(token);
        }
    }

    private boolean stopsAt(int token) {
        for (int stopToken : stopTokens) {
            if (token == stopToken) {
                return true;
            }
        }
        return false;
    }
}
