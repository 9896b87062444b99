package kvbench.suite;

/**
 * One sequence as the model works on it: a prompt in one pass, then decode steps.
 *
 * @param cached tokens that are in the cache before; a strategy without one takes them in again
 * @param promptTokens tokens of the pass, or 0 where there is none
 * @param steps decode steps after that, one token each
 */
record Stretch(long cached, long promptTokens, long steps) {
    static Stretch prefill(long promptTokens) {
        return new Stretch(0, promptTokens, 0);
    }

    /** Tokens of the sequence once all is taken in. */
    long end() {
        return cached + promptTokens + steps;
    }
}
