package kvbench.generate;

/**
 * What a decoder's graph reads beside the cache, and what the decoder takes from it: the text, its
 * lengths, and the scores. Not thread-safe.
 */
sealed interface Feed extends AutoCloseable permits MaskFeed, LengthsFeed {

    /** Writes {@code token} as the text's number {@code position}. */
    void write(int position, int token);

    /**
     * Has the next run take in the text's tokens {@code from} to {@code to}, exclusive.
     *
     * @param pastRows rows of the past that it reads beside them: as many as there are tokens
     *     before, where none was evicted
     */
    void bind(int from, int to, int pastRows);

    /**
     * As {@link #bind}, for one token: what is bound stays where it is from call to call, and only
     * what is in it changes.
     *
     * @param capacity tokens that a text may have: what the cache has room for, and no more than
     *     the rotation has positions
     */
    void bindInPlace(int position, int capacity);

    /**
     * Waits for the run and answers the token of the highest score, the first of equals.
     *
     * @throws kvbench.model.InputException if the scores came to the host, and the highest is no
     *     finite number
     */
    int mostLikely();

    /** A copy of the latest token's scores: [vocabulary]. */
    float[] logits();

    @Override
    void close();
}
