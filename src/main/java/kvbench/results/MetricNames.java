package kvbench.results;

/** The secondary metrics that the tables show, as the benchmarks name them. */
public final class MetricNames {
    /** Time of generation, all answers of an iteration together. */
    public static final String GENERATION_TIME = "generate.time";

    /** Time to the first token, mean over the answers of an iteration. */
    public static final String TTFT = "generate.ttft";

    /** Time per output token, from the totals of an iteration. */
    public static final String TPOT = "generate.tpot";

    /** Percentiles of the gaps between two tokens, over all gaps of an iteration. */
    public static final String ITL_P50 = "generate.itl.p50";

    public static final String ITL_P90 = "generate.itl.p90";
    public static final String ITL_P99 = "generate.itl.p99";

    /** The longest gap between two tokens in an iteration. */
    public static final String ITL_MAX = "generate.itl.max";

    /** Tokens generated in an iteration. */
    public static final String TOKENS = "generate.tokens";

    /** Most bytes that the cache held after any step. */
    public static final String KV_HELD = "kv.held";

    /** Most bytes of cache alive at once, past and present together. */
    public static final String KV_PEAK = "kv.peak";

    /** Time to record a decode step as a CUDA graph, mean over the caches of an iteration. */
    public static final String GRAPH_RECORD = "graph.record";

    public static final String TURNS_OK = "turns.ok";
    public static final String TURNS_FAILED = "turns.failed";

    /** Bytes that Java allocated per operation, from JMH's profiler {@code gc}. */
    public static final String JAVA_BYTES = "gc.alloc.rate.norm";

    private MetricNames() {}
}
