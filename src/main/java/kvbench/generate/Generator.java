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
     * @param listener told each token as it comes out, on the clock
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
        if (tokenBudget < 1) {
            throw new IllegalArgumentException(
                    "expected a token budget of at least 1, found " + tokenBudget);
        }
        var tokens = new int[tokenBudget];
        var nanos = new long[tokenBudget];
        long start = System.nanoTime();
        int count = 0;
        int token = decoder.prefill(prompt);
        while (true) {
            nanos[count] = System.nanoTime() - start;
            tokens[count++] = token;
            listener.accept(token);
            if (count == tokenBudget || !stopTokens.isEmpty() && stopTokens.contains(token)) {
                return new Generation(
                        prompt.length, Arrays.copyOf(tokens, count), Arrays.copyOf(nanos, count));
            }
            token = decoder.step(token);
        }
    }
}
