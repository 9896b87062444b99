package kvbench.cache;

import kvbench.device.Storage;
import kvbench.model.KvGeometry;
import kvbench.onnx.CacheInterface;

import java.util.Locale;

/** The strategies that take no settings. */
enum SimpleStrategy implements CacheStrategy {
    /** {@link NoCache}: the reference. */
    NONE(CacheInterface.NONE),
    /** {@link HostCache}. */
    HOST(CacheInterface.PAST_PRESENT),
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

    SimpleStrategy(CacheInterface graph) {
        this.graph = graph;
    }

    @Override
    public CacheInterface graph() {
        return graph;
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public boolean isReplayed() {
        return this == STATIC_GRAPH;
    }

    @Override
    public boolean isPreallocated() {
        return this == STATIC || this == STATIC_GRAPH;
    }

    @Override
    public boolean copiesPast() {
        return this == DYNAMIC || this == HOST;
    }

    @Override
    public KvCache open(KvGeometry geometry, Storage storage, int capacity) {
        return switch (this) {
            case NONE -> new NoCache();
            case HOST -> new HostCache(geometry, storage);
            case DYNAMIC -> new DynamicCache(geometry, storage);
            case STATIC, STATIC_GRAPH -> new StaticCache(geometry, storage, capacity);
        };
    }

    @Override
    public long heldBytes(KvGeometry geometry, long tokens, long capacity) {
        return switch (this) {
            case NONE -> 0;
            case HOST, DYNAMIC -> geometry.bytes(tokens);
            case STATIC, STATIC_GRAPH -> geometry.bytes(capacity);
        };
    }

    @Override
    public long peakBytes(KvGeometry geometry, long cached, long newTokens, long capacity) {
        return switch (this) {
            case NONE, STATIC, STATIC_GRAPH -> heldBytes(geometry, cached, capacity);
            case DYNAMIC ->
                    Math.addExact(geometry.bytes(cached), geometry.bytes(cached + newTokens));
            // On the heap and beside it: the past and the present, or two of the present.
            case HOST -> geometry.bytes(3 * cached + 2 * newTokens);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
