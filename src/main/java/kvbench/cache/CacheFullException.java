package kvbench.cache;

/** More tokens than a cache of fixed capacity has slots for. */
public final class CacheFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CacheFullException(int length, int newTokens, int capacity) {
        super(
                "the cache is full: %d tokens and %d new ones do not fit into a capacity of %d. Give it a capacity of at least %d, or a shorter prompt or token budget."
                        .formatted(length, newTokens, capacity, length + newTokens));
    }
}
