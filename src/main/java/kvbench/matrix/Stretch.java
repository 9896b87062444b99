package kvbench.matrix;

/**
 * One sequence as the model works on it: a prompt in one pass, then decode steps.
 *
 * @param cached tokens that are in the cache before; a strategy without one takes them in again
 * @param promptTokens tokens of the pass, or 0 where there is none
 * @param steps decode steps after that, one token each
 * @param kept tokens in the cache afterwards
 */
public record Stretch(long cached, long promptTokens, long steps, long kept) {
    /** A prompt taken in to stay. */
    public static Stretch prefill(long promptTokens) {
        return answer(0, promptTokens, 0);
    }

    /** A prompt taken in and forgotten. */
    public static Stretch probedPrefill(long promptTokens) {
        return new Stretch(0, promptTokens, 0, 0);
    }

    /** A step after {@code cached} tokens, forgotten. */
    public static Stretch probedStep(long cached) {
        return new Stretch(cached, 0, 1, cached);
    }

    /** A prompt after {@code cached} tokens, and steps that stay. */
    public static Stretch answer(long cached, long promptTokens, long steps) {
        return new Stretch(cached, promptTokens, steps, cached + promptTokens + steps);
    }

    /** Tokens of the longest run, with those before it. */
    public long end() {
        return cached + promptTokens + steps;
    }
}
