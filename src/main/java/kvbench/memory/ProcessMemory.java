package kvbench.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory of this process, as Linux tells it; on other systems every figure is NaN, since Java alone
 * cannot tell.
 *
 * <p>The kernel keeps these counters by processor, and before Linux 6.17 does not add up the latest
 * of each: on a machine of many cores they can be some MiB off, where a {@link Footprint} is not.
 *
 * @param residentBytes pages in memory, mapped files included ({@code VmRSS})
 * @param peakResidentBytes the most there ever were, or since {@link ResidentPeak} last began an
 *     interval ({@code VmHWM})
 * @param privateBytes pages that belong to this process alone and to no file: what mapped weights
 *     are not ({@code RssAnon})
 * @param fileBytes pages of mapped files ({@code RssFile})
 * @param sharedBytes pages of shared memory ({@code RssShmem})
 */
public record ProcessMemory(
        double residentBytes,
        double peakResidentBytes,
        double privateBytes,
        double fileBytes,
        double sharedBytes) {
    /** Why the figures are NaN where they are. */
    public static final String ONLY_LINUX = "only Linux tells in /proc/self";

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double BYTES_PER_KB = 1024;
    private static final Pattern FIELD =
            Pattern.compile("^(Vm\\w+|Rss\\w+):\\s+(\\d{1,15}) kB$", Pattern.MULTILINE);

    /** The memory of this process now. */
    public static ProcessMemory now() {
        String status;
        try {
            status = Files.readString(STATUS);
        } catch (IOException e) {
            status = "";
        }
        return of(status);
    }

    /** The figures in a {@code /proc/PID/status}. */
    static ProcessMemory of(String status) {
        var bytes = new HashMap<String, Double>();
        Matcher fields = FIELD.matcher(status);
        while (fields.find()) {
            bytes.put(fields.group(1), Long.parseLong(fields.group(2)) * BYTES_PER_KB);
        }
        return new ProcessMemory(
                bytes.getOrDefault("VmRSS", Double.NaN),
                bytes.getOrDefault("VmHWM", Double.NaN),
                bytes.getOrDefault("RssAnon", Double.NaN),
                bytes.getOrDefault("RssFile", Double.NaN),
                bytes.getOrDefault("RssShmem", Double.NaN));
    }
}
