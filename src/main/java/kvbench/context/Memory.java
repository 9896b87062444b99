package kvbench.context;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The machine's memory, before the first measurement. A number that the system does not tell is
 * NaN.
 *
 * @param usableBytes memory that this process may use: a container's limit where it has one
 * @param totalBytes memory of the machine
 * @param availableBytes what can be had without swapping
 * @param swapTotalBytes space to swap to
 * @param swapUsedBytes of that, taken
 * @param transparentHugePages the kernel's setting: {@code always}, {@code madvise} or {@code
 *     never}
 */
public record Memory(
        double usableBytes,
        double totalBytes,
        double availableBytes,
        double swapTotalBytes,
        double swapUsedBytes,
        String transparentHugePages) {
    private static final Pattern CHOSEN = Pattern.compile("\\[(\\w+)]");

    /** The memory of this machine. */
    public static Memory here() {
        return of(KernelFiles.here());
    }

    static Memory of(KernelFiles files) {
        double usable = Double.NaN;
        double swapTotal = files.memory("SwapTotal").orElse(Double.NaN);
        double swapFree = files.memory("SwapFree").orElse(Double.NaN);
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system) {
            usable = system.getTotalMemorySize();
            if (Double.isNaN(swapTotal)) {
                swapTotal = system.getTotalSwapSpaceSize();
                swapFree = system.getFreeSwapSpaceSize();
            }
        }
        Matcher chosen = CHOSEN.matcher(files.line("sys/kernel/mm/transparent_hugepage/enabled"));
        return new Memory(
                usable,
                files.memory("MemTotal").orElse(usable),
                files.memory("MemAvailable").orElse(Double.NaN),
                swapTotal,
                swapTotal - swapFree,
                chosen.find()
                        ? chosen.group(1)
                        : Unknown.because("the kernel shows no setting of huge pages"));
    }
}
