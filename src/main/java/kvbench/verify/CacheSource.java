package kvbench.verify;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;

/** Where the caches that are compared come from: an engine, or a test that plants a wrong one. */
@FunctionalInterface
interface CacheSource {
    /** A cache with room for {@code capacity} more tokens, the caller's to close. */
    KvCache open(CacheStrategy strategy, int capacity);
}
