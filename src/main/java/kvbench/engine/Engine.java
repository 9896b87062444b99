package kvbench.engine;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.cache.KvScales;
import kvbench.cache.StaticCache;
import kvbench.checkpoint.Checkpoint;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.device.AllocatorChoice;
import kvbench.device.ArenaAllocation;
import kvbench.device.CudaDevice;
import kvbench.device.Device;
import kvbench.device.HostDevice;
import kvbench.device.Storage;
import kvbench.generate.Decoder;
import kvbench.generate.Running;
import kvbench.gpu.DeviceSpace;
import kvbench.gpu.Reading;
import kvbench.model.InputException;
import kvbench.model.KvGeometry;
import kvbench.model.LlamaConfig;
import kvbench.onnx.CacheInterface;
import kvbench.onnx.GraphExporter;
import kvbench.onnx.GraphForm;
import kvbench.onnx.Quantisation;
import kvbench.ort.OrtAllocator;
import kvbench.ort.OrtEnvironment;
import kvbench.ort.OrtLibrary;
import kvbench.ort.OrtSession;
import kvbench.ort.SessionOptions;
import kvbench.ort.TensorInfo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A model that is ready to decode with any strategy. Not thread-safe.
 *
 * <p>Each cache interface has a session of its own, loaded when a strategy first needs it, and so
 * have steps that are replayed. All sessions read the same weights, mapped from the checkpoint's
 * file; on a GPU each has its own copy of them there.
 */
public final class Engine implements AutoCloseable {
    /** Of those that the process sees: which one that is, {@code CUDA_VISIBLE_DEVICES} says. */
    private static final int FIRST_DEVICE = 0;

    private final ModelFolder model;
    private final Checkpoint checkpoint;
    private final Computing computing;
    private final long openNanos;
    private final OrtEnvironment environment;
    private final Device device;
    private final Map<Kind, Loaded> loaded = new HashMap<>();

    /** What a session is made for. */
    private record Kind(CacheInterface graph, Running running) {
        static Kind of(CacheStrategy strategy) {
            return new Kind(
                    strategy.graph(), strategy.isReplayed() ? Running.REPLAYED : Running.PLAIN);
        }
    }

    private record Loaded(
            OrtSession session,
            OrtAllocator allocator,
            Decoder decoder,
            Optional<KvScales> scales,
            long nanos)
            implements AutoCloseable {
        @Override
        public void close() {
            Closing.all(List.of(decoder, allocator, session));
        }
    }

    /**
     * Opens a model with what the suite chooses on {@code provider}; sessions are loaded later.
     *
     * @param threads threads that work on one operator
     * @param progress told where weights have to be made first
     */
    public Engine(ModelFolder model, Provider provider, int threads, Progress progress) {
        this(model, Computing.on(provider, threads), progress);
    }

    /**
     * Opens a model; sessions are loaded later.
     *
     * @param progress told where weights have to be made first
     */
    public Engine(ModelFolder model, Computing computing, Progress progress) {
        this.model = model;
        this.computing = computing;
        long start = System.nanoTime();
        // Told before weights are made.
        OrtLibrary.get();
        long libraryNanos = System.nanoTime() - start;
        if (!model.hasWeights()) {
            model.checkpoint(progress);
        }
        start = System.nanoTime();
        this.checkpoint = model.checkpoint(progress);
        device = device(computing);
        try {
            environment = OrtEnvironment.open();
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
        openNanos = libraryNanos + System.nanoTime() - start;
    }

    private static Device device(Computing computing) {
        return switch (computing.provider()) {
            case CPU -> new HostDevice();
            case CUDA ->
                    CudaDevice.open(FIRST_DEVICE)
                            .orElse(
                                    why -> {
                                        throw InputException.unusable(
                                                "provider cuda: expected a GPU that can be used, found that it cannot (%s). Mend that, or use provider cpu."
                                                        .formatted(why));
                                    });
            case AUTO ->
                    throw new IllegalArgumentException("a way of computing names its provider");
        };
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

    public Computing computing() {
        return computing;
    }

    public KvGeometry geometry() {
        return config().kvGeometry(computing.type());
    }

    /**
     * The decoder that runs {@code strategy}; the same one each time, and for all strategies on the
     * same graph that are run alike.
     */
    public Decoder decoder(CacheStrategy strategy) {
        return loaded(strategy).decoder();
    }

    /** An empty cache, the caller's to close. */
    public KvCache cache(CacheStrategy strategy, int capacity) {
        return strategy.open(geometry(), storage(strategy), capacity, loaded(strategy).scales());
    }

    /** Where the caches of {@code strategy} come from. */
    public AllocatorChoice allocatorOf(CacheStrategy strategy) {
        return computing.allocatorOf(strategy);
    }

    private Storage storage(CacheStrategy strategy) {
        return switch (allocatorOf(strategy)) {
            case ARENA -> new Storage(device, new ArenaAllocation(loaded(strategy).allocator()));
            case MALLOC -> Storage.of(device);
        };
    }

    /** What CUDA says of its device's memory, or why it says nothing. */
    public Reading<DeviceSpace> deviceSpace() {
        return device instanceof CudaDevice cuda
                ? cuda.space()
                : Reading.absent("the CPU provider uses no device");
    }

    /**
     * Closes what other strategies have loaded, where that has a copy of the weights of its own: on
     * a GPU. What was taken from it is closed before.
     */
    public void keepOnly(CacheStrategy strategy) {
        if (device instanceof HostDevice) {
            return;
        }
        Kind kept = Kind.of(strategy);
        List<Kind> others = loaded.keySet().stream().filter(kind -> !kind.equals(kept)).toList();
        Closing.all(others.stream().map(loaded::remove).toList());
    }

    /** The allocator of the session that {@code strategy} runs on; it stays the engine's. */
    public OrtAllocator allocator(CacheStrategy strategy) {
        return loaded(strategy).allocator();
    }

    /**
     * Time to load in nanoseconds: library, checkpoint's header, graph and session; not the making
     * of seeded weights. On the CPU the weights themselves are mapped and come in as the first run
     * reads them. Loads where that has not been done.
     */
    public long loadNanos(CacheStrategy strategy) {
        return openNanos + loaded(strategy).nanos();
    }

    /** What a graph takes, as its session declares it. */
    public List<TensorInfo> inputs(CacheInterface graph) {
        return loaded(new Kind(graph, Running.PLAIN)).session().inputs();
    }

    /** What a graph gives, as its session declares it. */
    public List<TensorInfo> outputs(CacheInterface graph) {
        return loaded(new Kind(graph, Running.PLAIN)).session().outputs();
    }

    private Loaded loaded(CacheStrategy strategy) {
        return loaded(Kind.of(strategy));
    }

    private Loaded loaded(Kind kind) {
        return loaded.computeIfAbsent(kind, this::load);
    }

    private Loaded load(Kind kind) {
        if (device instanceof HostDevice) {
            return loadNow(kind);
        }
        environment.noteRegions();
        try {
            return loadNow(kind);
        } finally {
            environment.noteErrorsOnly();
        }
    }

    private Loaded loadNow(Kind kind) {
        long start = System.nanoTime();
        Optional<KvScales> scales = kind.graph().quantisation().map(this::calibrate);
        GraphForm form = computing.form(kind.graph(), kind.running());
        OrtSession session =
                session(GraphExporter.export(config(), checkpoint, form), kind.running());
        try {
            return ready(session, form, kind.running(), scales, start);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private Loaded ready(
            OrtSession session,
            GraphForm form,
            Running running,
            Optional<KvScales> scales,
            long start) {
        OrtAllocator allocator = OrtAllocator.of(session, device.place());
        try {
            var decoder = new Decoder(session, device, config(), form, running);
            return new Loaded(session, allocator, decoder, scales, System.nanoTime() - start);
        } catch (RuntimeException e) {
            allocator.close();
            throw e;
        }
    }

    /**
     * Measures scales on a text of the suite's own, over an exact cache whose session is closed
     * again.
     */
    private KvScales calibrate(Quantisation quantisation) {
        int[] text = CalibrationText.tokens(model, config());
        try (Loaded exact = load(new Kind(CacheInterface.PAST_PRESENT, Running.PLAIN));
                var cache =
                        new StaticCache(
                                geometry(),
                                new Storage(device, new ArenaAllocation(exact.allocator())),
                                text.length)) {
            exact.decoder().begin(cache);
            exact.decoder().prefill(text);
            return KvScales.of(cache, quantisation);
        }
    }

    private OrtSession session(byte[] graph, Running running) {
        try (SessionOptions options = SessionOptions.create()) {
            configured(options, computing);
            if (device instanceof CudaDevice cuda) {
                options.cudaOn(cuda.number(), cuda.stream(), cudaOptions(running));
            }
            options.config(
                    "session.model_external_initializers_file_folder_path",
                    checkpoint.folder().toAbsolutePath().toString());
            return OrtSession.create(environment, graph, options);
        }
    }

    /**
     * Options of every session, by name, beside the folder in which the weights lie; on CUDA those
     * of steps that are not replayed.
     */
    public static Map<String, String> sessionOptions(Computing computing) {
        var inForce = new TreeMap<String, String>();
        try (SessionOptions options = SessionOptions.create()) {
            inForce.putAll(configured(options, computing).inForce());
        }
        if (computing.provider() == Provider.CUDA) {
            cudaOptions(Running.PLAIN)
                    .forEach((name, value) -> inForce.put(SessionOptions.CUDA + name, value));
        }
        return inForce;
    }

    private static SessionOptions configured(SessionOptions options, Computing computing) {
        return options.threads(computing.threads())
                .withoutMemoryPattern()
                .graphOptimization(SessionOptions.GraphOptimization.ALL)
                // Reordering the weights for the CPU's caches would copy them all; mapped, they
                // cost no private memory.
                .config("session.disable_prepacking", "1");
    }

    /** Of ONNX Runtime's CUDA provider. */
    private static Map<String, String> cudaOptions(Running running) {
        return Map.of(
                // Extended by what is asked for, no freed buffer of a growing cache would fit the
                // next, which is longer: each step would ask the driver, and give nothing back.
                "arena_extend_strategy",
                "kNextPowerOfTwo",
                "enable_cuda_graph",
                running == Running.REPLAYED ? "1" : "0");
    }

    @Override
    public void close() {
        var all = new ArrayList<AutoCloseable>(loaded.values());
        loaded.clear();
        all.add(device);
        all.add(environment);
        Closing.all(all);
    }
}
