package kvbench.context;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory of this process, as Linux tells it; on other systems every figure is NaN, since Java alone
 * cannot tell.
 *
 * @param residentBytes pages in memory, mapped files included ({@code VmRSS})
 * @param peakResidentBytes the most there ever were ({@code VmHWM})
 * @param privateBytes pages that belong to this process alone and to no file: what mapped weights
 *     are not ({@code RssAnon})
 */
public record ProcessMemory(double residentBytes, double peakResidentBytes, double privateBytes) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double BYTES_PER_KB = 1024;

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
        return new ProcessMemory(
                bytes(status, "VmRSS"), bytes(status, "VmHWM"), bytes(status, "RssAnon"));
    }

    private static double bytes(String status, String field) {
        Matcher line =
                Pattern.compile("^" + field + ":\\s+(\\d{1,15}) kB$", Pattern.MULTILINE)
                        .matcher(status);
        return line.find() ? Long.parseLong(line.group(1)) * BYTES_PER_KB : Double.NaN;
    }
}
