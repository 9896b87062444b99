package kvbench.cache;

import kvbench.device.Storage;
import kvbench.model.InputException;
import kvbench.model.KvGeometry;
import kvbench.onnx.CacheInterface;

import java.util.List;
import java.util.Optional;

/**
 * What becomes of keys and values from step to step, with what it takes to say it in full. Two that
 * are written alike are equal.
 */
public interface CacheStrategy {
    /** {@link NoCache}: the reference. */
    CacheStrategy NONE = SimpleStrategy.NONE;

    /** {@link HostCache}. */
    CacheStrategy HOST = SimpleStrategy.HOST;

    /** {@link DynamicCache}. */
    CacheStrategy DYNAMIC = SimpleStrategy.DYNAMIC;

    /** {@link StaticCache}. */
    CacheStrategy STATIC = SimpleStrategy.STATIC;

    /** {@link StaticCache}, its steps replayed. */
    CacheStrategy STATIC_GRAPH = SimpleStrategy.STATIC_GRAPH;

    /**
     * The strategy that a user writes as {@code text}: a name, and for one that takes settings
     * these after colons, as in {@code -p strategy=static} and {@code chunked:64:2}.
     *
     * @throws InputException if there is none of that name, or a setting is not what it takes
     */
    static CacheStrategy parse(String text) {
        return StrategyFamily.parse(text);
    }

    /**
     * The strategy of an arm: a strategy, or one and {@code @2}, {@code @3}, ... for the same
     * measured again as an arm of its own (A/A), as in {@code static@2}.
     */
    static CacheStrategy ofArm(String arm) {
        return parse(arm.replaceFirst("@[2-9]$", ""));
    }

    /** All names, in the order in which results are shown. */
    static List<String> names() {
        return StrategyFamily.names();
    }

    /** Each strategy once, with its default settings, in the order in which results are shown. */
    static List<CacheStrategy> values() {
        return StrategyFamily.defaults();
    }

    /** The graph that this strategy runs on. */
    CacheInterface graph();

    /** Whether the strategy claims to give {@link #NONE}'s tokens, one for one. */
    boolean exact();

    /** Whether decode steps are replayed from a CUDA graph, which is to be had on a GPU only. */
    default boolean isReplayed() {
        return false;
    }

    /** Whether the cache has as many slots as it is made with, and no more. */
    default boolean isPreallocated() {
        return false;
    }

    /** Whether tokens are given up, so that a text cannot always be rewound. */
    default boolean evicts() {
        return false;
    }

    /** Whether each step writes all that is cached anew. */
    default boolean copiesPast() {
        return false;
    }

    /**
     * Makes an empty cache.
     *
     * @param storage where its buffers come from; must outlive it
     * @param capacity tokens of the whole text: slots of a cache of fixed capacity; those that grow
     *     do not heed it
     * @throws CacheAllocationException if there is not as much memory
     */
    KvCache open(KvGeometry geometry, Storage storage, int capacity);

    /**
     * Makes an empty cache, as {@link #open(KvGeometry, Storage, int)}.
     *
     * @param scales of a graph whose cache is quantised, empty for all others
     */
    default KvCache open(
            KvGeometry geometry, Storage storage, int capacity, Optional<KvScales> scales) {
        return open(geometry, storage, capacity);
    }

    /**
     * The size of what is cached.
     *
     * @param geometry of the model's own keys and values
     */
    default KvGeometry cached(KvGeometry geometry) {
        return geometry;
    }

    /**
     * Bytes that a cache of this strategy holds once {@code tokens} are in it: what {@link
     * KvCache#heldBytes} will tell.
     *
     * @param capacity as for {@link #open}
     * @throws ArithmeticException if they are more than a {@code long} counts
     */
    long heldBytes(KvGeometry geometry, long tokens, long capacity);

    /**
     * Bytes of a cache of this strategy that are alive at once while a run takes in {@code
     * newTokens} after {@code cached} ones: what {@link KvCache#peakBytes} will tell, where no run
     * before took more.
     *
     * @param capacity as for {@link #open}
     * @throws ArithmeticException if they are more than a {@code long} counts
     */
    long peakBytes(KvGeometry geometry, long cached, long newTokens, long capacity);

    /** As a user writes it. */
    @Override
    String toString();
}
