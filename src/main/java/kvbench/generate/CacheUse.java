package kvbench.generate;

import kvbench.cache.KvCache;

/**
 * What a cache came to in one turn.
 *
 * @param heldBytes bytes that it held when the answer was complete
 * @param peakBytes the most bytes of it alive at once since it was made
 * @param copiedBytes keys and values that the strategy copied in the turn
 * @param rewoundTokens tokens of the turns before that it held and forgot, since the prompt goes on
 *     otherwise
 */
public record CacheUse(long heldBytes, long peakBytes, long copiedBytes, long rewoundTokens) {

    /** Of a cache that was made for the turn. */
    public static CacheUse of(KvCache cache) {
        return new CacheUse(cache.heldBytes(), cache.peakBytes(), cache.copiedBytes(), 0);
    }
}
