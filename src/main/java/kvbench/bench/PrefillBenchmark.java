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

import java.util.concurrent.TimeUnit;

/**
 * Taking in a prompt of {@code promptTokens} and choosing the first token of the answer.
 *
 * <p>The prompt is not committed, so every invocation starts from an empty cache. Tokenizing, and
 * making the static cache, are outside the clock; the dynamic cache's buffers, made anew for each
 * prompt, are inside.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class PrefillBenchmark extends ModelBenchmark {
    @Param({"512"})
    public int promptTokens;

    private int[] prompt;
    private KvCache cache;
    private Decoder decoder;
    private IterationLedger ledger;

    @Setup(Level.Trial)
    public void prepare() {
        open();
        prompt = text(promptTokens);
        decoder = engine().decoder(strategy());
        takeBaseline();
        cache = engine().cache(strategy(), promptTokens);
        decoder.begin(cache);
        ledger = new IterationLedger(meter(), cache);
    }

    @Setup(Level.Iteration)
    public void begin() {
        ledger.begin();
    }

    @TearDown(Level.Iteration)
    public void report() {
        ledger.report();
        SuiteMetrics.report("kv.peak", cache.peakBytes(), "bytes");
    }

    @Benchmark
    public int prefill() {
        ledger.count();
        return decoder.probe(prompt);
    }

    @TearDown(Level.Trial)
    public void close() {
        cache.close();
        closeModel();
    }
}
