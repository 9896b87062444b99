package kvbench.generate;

import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.function.IntConsumer;

/** Prefill and decode steps until the token budget is spent, each token's time kept. */
public final class Generator {
    private final Decoder decoder;
    private final Set<Integer> stopTokens;
    private final IntConsumer listener;

    private Generator(Decoder decoder, Collection<Integer> stopTokens, IntConsumer listener) {
        this.decoder = decoder;
        this.stopTokens = Set.copyOf(stopTokens);
        this.listener = listener;
    }

    /**
     * Generates exactly as many tokens as asked, whatever they are: every arm of a comparison does
     * the same work.
     */
    public static Generator ofFixedLength(Decoder decoder) {
        return new Generator(decoder, Set.of(), token -> {});
    }

    /**
     * Ends with the first of {@code stopTokens}, which is part of the answer.
     *
     * @param listener told each token as it comes out; its own time is left out
     */
    public static Generator untilStop(
            Decoder decoder, Collection<Integer> stopTokens, IntConsumer listener) {
        return new Generator(decoder, stopTokens, listener);
    }

    /**
     * Takes in {@code prompt} and generates up to {@code tokenBudget} tokens, at least one.
     *
     * <p>The last token is not taken in: a cache ends with prompt and budget less one.
     */
    public Generation generate(int[] prompt, int tokenBudget) {
        return generate(prompt, tokenBudget, System.nanoTime());
    }

    /**
     * As {@link #generate(int[], int)}, on a clock that was started before, so that the making of a
     * cache counts to the first token whichever strategy it is: one that grows allocates in its
     * steps in any case.
     *
     * @param start {@link System#nanoTime} when generation began
     */
    public Generation generate(int[] prompt, int tokenBudget, long start) {
        if (tokenBudget < 1) {
            throw new IllegalArgumentException(
                    "expected a token budget of at least 1, found " + tokenBudget);
        }
        var tokens = new int[tokenBudget];
        var nanos = new long[tokenBudget];
        long listened = 0;
        int count = 0;
        int token = decoder.prefill(prompt);
        while (true) {
            long now = System.nanoTime();
            nanos[count] = now - start - listened;
            tokens[count++] = token;
            listener.accept(token);
            listened += System.nanoTime() - now;
            if (count == tokenBudget || !stopTokens.isEmpty() && stopTokens.contains(token)) {
                return new Generation(
                        prompt.length, Arrays.copyOf(tokens, count), Arrays.copyOf(nanos, count));
            }
            token = decoder.step(token);
        }
    }
}
