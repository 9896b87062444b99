package kvbench.matrix;

import kvbench.engine.CudaReadiness;

import java.lang.management.ManagementFactory;
import java.util.OptionalLong;

/**
 * What a run may use.
 *
 * @param memoryBytes memory of this process, in bytes: a container's limit where it has one; {@link
 *     Long#MAX_VALUE} where Java cannot tell
 * @param processors processors of this process
 * @param cuda whether and on what CUDA computes
 */
public record Machine(long memoryBytes, int processors, CudaReadiness cuda) {
    public static Machine here() {
        return new Machine(
                ManagementFactory.getOperatingSystemMXBean()
                                instanceof com.sun.management.OperatingSystemMXBean detailed
                        ? detailed.getTotalMemorySize()
                        : Long.MAX_VALUE,
                Runtime.getRuntime().availableProcessors(),
                CudaReadiness.here());
    }

    /**
     * Memory of the GPU that CUDA computes on, in bytes: of several the largest, since which one it
     * is the driver does not tell. Empty where nothing is told.
     */
    public OptionalLong deviceBytes() {
        return cuda.largestMemoryBytes();
    }
}
