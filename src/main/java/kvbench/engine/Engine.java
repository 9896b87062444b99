package kvbench.engine;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.checkpoint.Checkpoint;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.generate.Decoder;
import kvbench.model.ElementType;
import kvbench.model.KvGeometry;
import kvbench.model.LlamaConfig;
import kvbench.onnx.CacheInterface;
import kvbench.onnx.GraphExporter;
import kvbench.ort.MemoryPlace;
import kvbench.ort.OrtAllocator;
import kvbench.ort.OrtEnvironment;
import kvbench.ort.OrtLibrary;
import kvbench.ort.OrtSession;
import kvbench.ort.SessionOptions;
import kvbench.ort.TensorInfo;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A model that is ready to decode with any strategy. Not thread-safe.
 *
 * <p>Each cache interface has a session of its own, loaded when a strategy first needs it. All
 * sessions read the same weights, mapped from the checkpoint's file.
 */
public final class Engine implements AutoCloseable {
    /** All of the graph's elements and of its cache: what the exported graphs compute in. */
    public static final ElementType CACHE_TYPE = ElementType.FLOAT32;

    private final ModelFolder model;
    private final Checkpoint checkpoint;
    private final int threads;
    private final long openNanos;
    private final OrtEnvironment environment;
    private final MemoryPlace place;
    private final Map<CacheInterface, Loaded> loaded = new EnumMap<>(CacheInterface.class);

    private record Loaded(OrtSession session, OrtAllocator allocator, Decoder decoder, long nanos)
            implements AutoCloseable {
        @Override
        public void close() {
            decoder.close();
            allocator.close();
            session.close();
        }
    }

    /**
     * Opens a model; sessions are loaded later.
     *
     * @param threads threads that work on one operator
     * @param progress told where weights have to be made first
     */
    public Engine(ModelFolder model, Provider provider, int threads, Progress progress) {
        this.model = model;
        this.threads = threads;
        long start = System.nanoTime();
        // Told before weights are made.
        OrtLibrary.get();
        provider.resolve();
        long libraryNanos = System.nanoTime() - start;
        if (!model.hasWeights()) {
            model.checkpoint(progress);
        }
        start = System.nanoTime();
        this.checkpoint = model.checkpoint(progress);
        environment = OrtEnvironment.open();
        place = MemoryPlace.cpu();
        openNanos = libraryNanos + System.nanoTime() - start;
    }

    public ModelFolder model() {
        return model;
    }

    public LlamaConfig config() {
        return model.config();
    }

    public Checkpoint checkpoint() {
        return checkpoint;
    }

    public KvGeometry geometry() {
        return config().kvGeometry(CACHE_TYPE);
    }

    /**
     * The decoder that runs {@code strategy}; the same one each time, and for all strategies on the
     * same graph.
     */
    public Decoder decoder(CacheStrategy strategy) {
        return loaded(strategy).decoder();
    }

    /** An empty cache, the caller's to close. */
    public KvCache cache(CacheStrategy strategy, int capacity) {
        return strategy.open(geometry(), loaded(strategy).allocator(), capacity);
    }

    /** The allocator of the session that {@code strategy} runs on; it stays the engine's. */
    public OrtAllocator allocator(CacheStrategy strategy) {
        return loaded(strategy).allocator();
    }

    /**
     * Time to load in nanoseconds: library, checkpoint's header, graph and session; not the making
     * of seeded weights. The weights themselves are mapped and come in as the first run reads them.
     * Loads where that has not been done.
     */
    public long loadNanos(CacheStrategy strategy) {
        return openNanos + loaded(strategy).nanos();
    }

    /** What a graph takes, as its session declares it. */
    public List<TensorInfo> inputs(CacheInterface graph) {
        return loaded(graph).session().inputs();
    }

    /** What a graph gives, as its session declares it. */
    public List<TensorInfo> outputs(CacheInterface graph) {
        return loaded(graph).session().outputs();
    }

    private Loaded loaded(CacheStrategy strategy) {
        return loaded(strategy.graph());
    }

    private Loaded loaded(CacheInterface graph) {
        return loaded.computeIfAbsent(graph, this::load);
    }

    private Loaded load(CacheInterface graph) {
        long start = System.nanoTime();
        byte[] exported = GraphExporter.export(config(), checkpoint, graph);
        OrtSession session = session(exported);
        try {
            return ready(session, graph, start);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private Loaded ready(OrtSession session, CacheInterface graph, long start) {
        OrtAllocator allocator = OrtAllocator.of(session, place);
        try {
            var decoder = new Decoder(session, config(), graph);
            return new Loaded(session, allocator, decoder, System.nanoTime() - start);
        } catch (RuntimeException e) {
            allocator.close();
            throw e;
        }
    }

    private OrtSession session(byte[] graph) {
        try (SessionOptions options = SessionOptions.create()) {
            configured(options, threads)
                    .config(
                            "session.model_external_initializers_file_folder_path",
                            checkpoint.folder().toAbsolutePath().toString());
            return OrtSession.create(environment, graph, options);
        }
    }

    /**
     * Options of every session on {@code threads} threads, by name, beside the folder in which the
     * weights lie.
     */
    public static Map<String, String> sessionOptions(int threads) {
        try (SessionOptions options = SessionOptions.create()) {
            return configured(options, threads).inForce();
        }
    }

    /** Type of the graph's numbers and of the cache. */
    public static ElementType elementType() {
        return CACHE_TYPE;
    }

    private static SessionOptions configured(SessionOptions options, int threads) {
        return options.threads(threads)
                .withoutMemoryPattern()
                .graphOptimization(SessionOptions.GraphOptimization.ALL)
                // Reordering the weights for the CPU's caches would copy them all; mapped, they
                // cost no private memory.
                .config("session.disable_prepacking", "1");
    }

    @Override
    public void close() {
        loaded.values().forEach(Loaded::close);
        loaded.clear();
        place.close();
        environment.close();
    }
}
