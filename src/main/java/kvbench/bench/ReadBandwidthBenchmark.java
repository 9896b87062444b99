package kvbench.bench;

import kvbench.engine.Threads;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Reading {@code bytes} of memory once, on {@code threads} threads: the limit that a decode step
 * meets, since it must read all weights and the whole cache for one token.
 *
 * <p>One number of each cache line is added up: memory moves whole lines, and the processor's own
 * work stays small beside that. Large pages, where the system gives them, keep address translation
 * out of it. Choose more bytes than the last cache level holds, else it is that cache which is
 * measured.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {
            // Profilers may call native code.
            ModelBenchmark.NATIVE_ACCESS,
            // Only Linux knows the last one; elsewhere it is passed over.
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:+UseTransparentHugePages"
        })
public class ReadBandwidthBenchmark {
    /** 64 KiB: small enough to fill a heap's regions whatever their size. */
    private static final int LONGS_PER_BLOCK = 1 << 13;

    /** Of 64 bytes; where lines are longer, each is still read. */
    private static final int LONGS_PER_LINE = 8;

    @Param("1073741824")
    public long bytes;

    @Param(Threads.AUTO)
    public String threads;

    private final List<long[]> blocks = new ArrayList<>();
    private List<Callable<Long>> tasks;
    private ExecutorService executor;

    @Setup(Level.Trial)
    public void allocate() {
        long longs = bytes / Long.BYTES;
        for (long begin = 0; begin < longs; begin += LONGS_PER_BLOCK) {
            var block = new long[(int) Math.min(LONGS_PER_BLOCK, longs - begin)];
            Arrays.setAll(block, i -> i);
            blocks.add(block);
        }
        int count = Threads.parse(threads);
        executor = Executors.newFixedThreadPool(count);
        tasks =
                IntStream.range(0, count)
                        .<Callable<Long>>mapToObj(
                                i -> {
                                    int from = blocks.size() * i / count;
                                    int to = blocks.size() * (i + 1) / count;
                                    List<long[]> share = blocks.subList(from, to);
                                    return () -> sum(share);
                                })
                        .toList();
    }

    @Benchmark
    public long read() throws InterruptedException, ExecutionException {
        long sum = 0;
        for (Future<Long> share : executor.invokeAll(tasks)) {
            sum += share.get();
        }
        return sum;
    }

    @TearDown(Level.Trial)
    public void stop() {
        executor.shutdownNow();
    }

    private static long sum(List<long[]> share) {
        long sum = 0;
        for (long[] block : share) {
            sum += sum(block);
        }
        return sum;
    }

    private static long sum(long[] block) {
        long sum = 0;
        for (int i = 0; i < block.length; i += LONGS_PER_LINE) {
            sum += block[i];
        }
        return sum;
    }
}
