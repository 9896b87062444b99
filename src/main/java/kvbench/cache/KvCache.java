package kvbench.cache;

import kvbench.ort.MemoryRange;

import java.util.List;
import java.util.OptionalInt;

/**
 * Keys and values of the tokens that a sequence has produced so far; one that evicts keeps those of
 * some. Not thread-safe.
 *
 * <p>A step is {@link #bind}, the graph's run, {@link #ran}, and then either {@link #commit} or
 * {@link #abandon}.
 */
public sealed interface KvCache extends AutoCloseable
        permits NoCache,
                HostCache,
                DynamicCache,
                ChunkedCache,
                StaticCache,
                QuantisedCache,
                EvictingCache {

    /** Tokens of the sequence so far, those that were evicted among them. */
    int length();

    /**
     * Tokens whose keys and values a step takes from here; the graph is fed those after them.
     * Equals {@link #length} but where nothing is cached.
     */
    int reusedTokens();

    /** Tokens whose keys and values are held for steps to come: those reused, but the evicted. */
    default int keptTokens() {
        return reusedTokens();
    }

    /**
     * Rows of the past that the graph of the next step is to read; some of them may be masked.
     * Equals {@link #reusedTokens} but where tokens were evicted.
     */
    default int pastRows() {
        return reusedTokens();
    }

    /** Slots held per layer, or empty where the cache has no bound. */
    OptionalInt capacity();

    /**
     * Bytes held for the committed tokens and the slots reserved, as asked of the allocator, before
     * its own rounding.
     */
    long heldBytes();

    /**
     * The most bytes that were alive at once since the cache was made, the present of a step
     * included.
     */
    long peakBytes();

    /**
     * Bytes of keys and values that the strategy had copied since the cache was made: past into
     * present for each step that was bound, and what stays in a rewind.
     */
    long copiedBytes();

    /** Where what is held lies, a range for each buffer. */
    List<MemoryRange> buffers();

    /**
     * Gives the next step its past and its present. Until {@link #commit} nothing that this object
     * tells changes but {@link #peakBytes} and {@link #copiedBytes}.
     *
     * @throws CacheFullException if {@code newTokens} do not fit
     * @throws CacheAllocationException if there is no memory for the present
     * @throws IllegalStateException if the cache is closed
     */
    void bind(Step step, int newTokens);

    /**
     * The step that was bound has been run, and is about to be committed or abandoned: the part of
     * its work that comes after the graph's is done here.
     */
    default void ran(int newTokens) {
        // The graph has done all.
    }

    /** Makes the present just computed the past of the next step. */
    void commit(int newTokens);

    /** Forgets the step that was bound, and gives back what was allocated for it. */
    void abandon();

    /**
     * Whether {@link #rewindTo} can cut to the first {@code length} tokens: none that those after
     * them attend to was evicted.
     */
    default boolean canRewindTo(int length) {
        return true;
    }

    /**
     * Forgets all but the first {@code length} tokens.
     *
     * @throws IllegalArgumentException if there are fewer, or the number is negative
     * @throws IllegalStateException if tokens that those after them attend to were evicted; then
     *     nothing has changed
     */
    void rewindTo(int length);

    /** Frees all that is held. */
    @Override
    void close();
}
