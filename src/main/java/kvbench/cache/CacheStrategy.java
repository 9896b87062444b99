package kvbench.cache;

import kvbench.device.Storage;
import kvbench.model.InputException;
import kvbench.model.KvGeometry;
import kvbench.onnx.CacheInterface;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The strategies that can be compared, by the names a user gives them. */
public enum CacheStrategy {
    /** {@link NoCache}: the reference. */
    NONE(CacheInterface.NONE),
    /** {@link DynamicCache}. */
    DYNAMIC(CacheInterface.PAST_PRESENT),
    /** {@link StaticCache}. */
    STATIC(CacheInterface.PAST_PRESENT),
    /**
     * {@link StaticCache}, whose addresses and shapes never change: the kernels of a decode step
     * are recorded once, as a CUDA graph, and replayed for each token.
     */
    STATIC_GRAPH(CacheInterface.PAST_PRESENT);

    private final CacheInterface graph;

    CacheStrategy(CacheInterface graph) {
        this.graph = graph;
    }

    /** The strategy that a user calls {@code name}, as in {@code -p strategy=static}. */
    public static CacheStrategy parse(String name) {
        return Arrays.stream(values())
                .filter(strategy -> strategy.toString().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                InputException.wrongUse(
                                        "unknown strategy \"%s\": expected one of %s."
                                                .formatted(name, String.join(", ", names()))));
    }

    /**
     * The strategy of an arm: a strategy's name, or that name and {@code @2}, {@code @3}, ... for
     * the same strategy measured again as an arm of its own (A/A), as in {@code static@2}.
     */
    public static CacheStrategy ofArm(String arm) {
        return parse(arm.replaceFirst("@[2-9]$", ""));
    }

    /** All names, in the order in which results are shown. */
    public static List<String> names() {
        return Arrays.stream(values()).map(CacheStrategy::toString).toList();
    }

    /** The graph that this strategy runs on. */
    public CacheInterface graph() {
        return graph;
    }

    /** Whether decode steps are replayed from a CUDA graph, which is to be had on a GPU only. */
    public boolean isReplayed() {
        return this == STATIC_GRAPH;
    }

    /** Whether the cache has as many slots as it is made with, and no more. */
    public boolean isPreallocated() {
        return this == STATIC || this == STATIC_GRAPH;
    }

    /** Whether the strategy claims to give {@link #NONE}'s tokens, one for one. */
    public boolean exact() {
        return true;
    }

    /**
     * Makes an empty cache.
     *
     * @param storage where its buffers come from; must outlive it
     * @param capacity slots of a cache of fixed capacity; those that grow do not heed it
     * @throws CacheAllocationException if there is not as much memory
     */
    public KvCache open(KvGeometry geometry, Storage storage, int capacity) {
        return switch (this) {
            case NONE -> new NoCache();
            case DYNAMIC -> new DynamicCache(geometry, storage);
            case STATIC, STATIC_GRAPH -> new StaticCache(geometry, storage, capacity);
        };
    }

    /**
     * Bytes that a cache of this strategy holds once {@code tokens} are in it: what {@link
     * KvCache#heldBytes} will tell.
     *
     * @param capacity slots of a cache of fixed capacity
     * @throws ArithmeticException if they are more than a {@code long} counts
     */
    public long heldBytes(KvGeometry geometry, long tokens, long capacity) {
        return switch (this) {
            case NONE -> 0;
            case DYNAMIC -> geometry.bytes(tokens);
            case STATIC, STATIC_GRAPH -> geometry.bytes(capacity);
        };
    }

    /**
     * Bytes of a cache of this strategy that are alive at once while a run takes in {@code
     * newTokens} after {@code cached} ones: what {@link KvCache#peakBytes} will tell, where no run
     * before took more.
     *
     * @param capacity slots of a cache of fixed capacity
     * @throws ArithmeticException if they are more than a {@code long} counts
     */
    public long peakBytes(KvGeometry geometry, long cached, long newTokens, long capacity) {
        return switch (this) {
            case NONE, STATIC, STATIC_GRAPH -> heldBytes(geometry, cached, capacity);
            case DYNAMIC ->
                    Math.addExact(geometry.bytes(cached), geometry.bytes(cached + newTokens));
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
