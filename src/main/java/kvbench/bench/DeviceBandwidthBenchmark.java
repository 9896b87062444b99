package kvbench.bench;

import kvbench.engine.CudaReadiness;
import kvbench.gpu.Cuda;
import kvbench.gpu.CudaStream;
import kvbench.model.InputException;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.TimeUnit;

/**
 * Copying {@code bytes} of a GPU's memory to another place in it: the limit that a decode step on
 * the GPU meets, since it must read all weights and the whole cache for one token.
 *
 * <p>A copy ({@code cudaMemcpyAsync}, device to device) reads its bytes and writes as many, so that
 * the bandwidth is twice {@code bytes} over the time. A step mostly reads, which a device may do a
 * little faster. The time is the host's: {@value #COPIES} copies are asked for one after another on
 * one stream, and the stream is synchronised once behind them, so that asking hides behind copying.
 * Choose many times what the device's last cache level holds, else it is that cache which is
 * measured. Two such buffers must fit the device.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = ModelBenchmark.NATIVE_ACCESS)
public class DeviceBandwidthBenchmark {
    /** Copies between two synchronisations. */
    static final int COPIES = 16;

    /** Of those that the process sees. */
    private static final int FIRST_DEVICE = 0;

    @Param("1073741824")
    public long bytes;

    private Cuda cuda;
    private CudaStream stream;
    private long source;
    private long target;

    @Setup(Level.Trial)
    public void allocate() {
        // Has CUDA's libraries loaded from where they were found.
        CudaReadiness.here().isReady();
        cuda =
                Cuda.open(FIRST_DEVICE)
                        .orElse(
                                why -> {
                                    throw InputException.unusable(
                                            "DeviceBandwidthBenchmark: expected a GPU that CUDA can use, found none (%s). Mend that, or leave it out."
                                                    .formatted(why));
                                });
        stream = cuda.stream();
        source = cuda.allocate(bytes);
        target = cuda.allocate(bytes);
        cuda.fill(source, (byte) 1, bytes, stream);
        stream.synchronize();
    }

    @Benchmark
    @OperationsPerInvocation(COPIES)
    public void copy() {
        for (int i = 0; i < COPIES; i++) {
            cuda.copyWithin(target, source, bytes, stream);
        }
        stream.synchronize();
    }

    @TearDown(Level.Trial)
    public void free() {
        cuda.free(target);
        cuda.free(source);
        stream.close();
    }
}
