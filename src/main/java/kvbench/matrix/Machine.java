package kvbench.matrix;

import java.lang.management.ManagementFactory;

/**
 * What a run may use.
 *
 * @param memoryBytes memory of this process, in bytes: a container's limit where it has one; {@link
 *     Long#MAX_VALUE} where Java cannot tell
 * @param processors processors of this process
 */
public record Machine(long memoryBytes, int processors) {
    public static Machine here() {
        return new Machine(
                ManagementFactory.getOperatingSystemMXBean()
                                instanceof com.sun.management.OperatingSystemMXBean detailed
                        ? detailed.getTotalMemorySize()
                        : Long.MAX_VALUE,
                Runtime.getRuntime().availableProcessors());
    }
}
