package kvbench.ort;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a session shall be made. Each method answers this object; close it once the session is there.
 */
public final class SessionOptions extends NativeObject {

    /** How far the graph is rewritten before it runs, with ONNX Runtime's numbers. */
    public enum GraphOptimization {
        NONE(0),
        BASIC(1),
        EXTENDED(2),
        ALL(99);

        private final int level;

        GraphOptimization(int level) {
            this.level = level;
        }
    }

    /** What the names of the CUDA provider's options begin with in {@link #inForce}. */
    public static final String CUDA = "cuda.";

    private final Map<String, String> inForce = new TreeMap<>();

    private SessionOptions(long address) {
        super(address, OrtApi::releaseSessionOptions);
    }

    /** The runtime's defaults, but for its log: of a session errors only are shown. */
    public static SessionOptions create() {
        var options = new SessionOptions(create(OrtApi::createSessionOptions));
        OrtApi.setSessionLogSeverityLevel(options.address(), ArenaRegions.LOG_ERRORS);
        return options;
    }

    /** Threads that work on one operator, the caller's own included. */
    public SessionOptions threads(int threads) {
        OrtApi.setIntraOpNumThreads(address(), threads);
        return set("intra_op_num_threads", Integer.toString(threads));
    }

    public SessionOptions graphOptimization(GraphOptimization optimization) {
        OrtApi.setGraphOptimizationLevel(address(), optimization.level);
        return set("graph_optimization_level", optimization.name().toLowerCase(Locale.ROOT));
    }

    /**
     * Plans no memory per input shape. A decoder's shapes change at each token, and the plan of
     * each would be kept for as long as the session lives.
     */
    public SessionOptions withoutMemoryPattern() {
        OrtApi.disableMemPattern(address());
        return set("enable_mem_pattern", "false");
    }

    /** Sets a key of {@code onnxruntime_session_options_config_keys.h}. */
    public SessionOptions config(String key, String value) {
        try (Arena arena = Arena.ofConfined()) {
            OrtApi.addSessionConfigEntry(
                    address(),
                    arena.allocateFrom(key).address(),
                    arena.allocateFrom(value).address());
        }
        return set(key, value);
    }

    /**
     * Runs on an NVIDIA GPU what its provider can run.
     *
     * @param device CUDA's number of it
     * @param stream the {@code cudaStream_t} on which its kernels are launched; must outlive the
     *     session
     * @param options further keys and values of ONNX Runtime's CUDA provider, such as {@code
     *     gpu_mem_limit} (in bytes), {@code arena_extend_strategy}, {@code enable_cuda_graph}
     * @throws OrtException if the library is a build without CUDA, or CUDA's own libraries are not
     *     found
     */
    public SessionOptions cudaOn(int device, long stream, Map<String, String> options) {
        var all = new TreeMap<>(options);
        all.put("device_id", Integer.toString(device));
        all.put("has_user_compute_stream", "1");
        all.put("user_compute_stream", Long.toString(stream));
        appendCuda(all);
        options.forEach((key, value) -> set(CUDA + key, value));
        return this;
    }

    private void appendCuda(Map<String, String> options) {
        long cuda = create(OrtApi::createCudaOptions);
        try (Arena arena = Arena.ofConfined()) {
            List<Map.Entry<String, String>> entries = List.copyOf(options.entrySet());
            MemorySegment keys = pointers(arena, entries.stream().map(Map.Entry::getKey).toList());
            MemorySegment values =
                    pointers(arena, entries.stream().map(Map.Entry::getValue).toList());
            OrtApi.updateCudaOptions(cuda, keys.address(), values.address(), entries.size());
            OrtApi.appendCuda(address(), cuda);
        } finally {
            OrtApi.releaseCudaOptions(cuda);
        }
    }

    /**
     * What was set, by name; what was not is ONNX Runtime's default. Options without a key have the
     * name that the Python API gives them.
     */
    public Map<String, String> inForce() {
        return Collections.unmodifiableMap(inForce);
    }

    private SessionOptions set(String name, String value) {
        inForce.put(name, value);
        return this;
    }

    private static MemorySegment pointers(Arena arena, List<String> texts) {
        MemorySegment table = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, texts.size()));
        for (int i = 0; i < texts.size(); i++) {
            table.setAtIndex(ValueLayout.JAVA_LONG, i, arena.allocateFrom(texts.get(i)).address());
        }
        return table;
    }
}
