package kvbench.bench;

import kvbench.cache.KvCache;
import kvbench.generate.Decoder;
import kvbench.profile.SuiteMetrics;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * One decode step with {@code depth} tokens already in the cache.
 *
 * <p>The step is not committed, so every invocation sees the same depth; growth is charged all the
 * same, since the dynamic cache makes and frees its present each time: out of an arena, which hands
 * out the same memory again, less of it than in a text that grows. Tokenizing is outside the clock;
 * choosing the next token is inside. {@code capacity} is the static cache's, and what the sizes of
 * others are in per cent of: {@value #FIT} for depth and one, or a number of slots.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class DecodeStepBenchmark extends ModelBenchmark {
    /** The capacity that just holds depth and step. */
    public static final String FIT = "fit";

    @Param({"128", "2048"})
    public int depth;

    @Param(FIT)
    public String capacity;

    private int token;
    private KvCache cache;
    private Decoder decoder;
    private IterationLedger ledger;
    private GraphRecording recording;

    /** Slots of a static cache for {@code depth} tokens and a step. */
    static int slots(String capacity, int depth) {
        return capacity.equals(FIT) ? depth + 1 : Integer.parseInt(capacity);
    }

    @Setup(Level.Trial)
    public void prepare() {
        open();
        int[] text = text(depth + 1);
        token = text[depth];
        decoder = engine().decoder(strategy());
        takeBaseline();
        cache = engine().cache(strategy(), slots(capacity, depth));
        decoder.begin(cache);
        decoder.prefill(Arrays.copyOf(text, depth));
        ledger = new IterationLedger(meter(), cache);
        recording = new GraphRecording(strategy(), decoder);
    }

    @Setup(Level.Iteration)
    public void begin() {
        ledger.begin();
        recording.begin();
    }

    @TearDown(Level.Iteration)
    public void report() {
        ledger.report();
        recording.count();
        recording.report();
        SuiteMetrics.report("kv.held", cache.heldBytes(), "bytes");
        SuiteMetrics.report("kv.peak", cache.peakBytes(), "bytes");
    }

    @Benchmark
    public int step() {
        ledger.count();
        return decoder.probe(token);
    }

    @TearDown(Level.Trial)
    public void close() {
        cache.close();
        closeModel();
    }
}
