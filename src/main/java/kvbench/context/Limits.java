package kvbench.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What a control group, as of a container or a batch job, lets this process use. The narrowest of
 * all groups around it counts.
 *
 * @param cpus processor time per time, such as {@code 1.5}, or {@code none}
 * @param memoryBytes in bytes, or {@code none}
 */
public record Limits(String cpus, String memoryBytes) {
    private static final String NONE = "none";
    private static final String MOUNT = "sys/fs/cgroup";
    private static final String OF_PROCESS = "proc/self/cgroup";

    /** Version 1 writes a limit beyond every memory where there is none. */
    private static final double BEYOND_MEMORY = 0x1p60;

    /** The limits of this process. */
    public static Limits here() {
        return of(KernelFiles.here());
    }

    static Limits of(KernelFiles files) {
        if (!files.has(OF_PROCESS)) {
            String unknown = Unknown.because("this system has no control groups");
            return new Limits(unknown, unknown);
        }
        return new Limits(cpus(files), memory(files));
    }

    private static String cpus(KernelFiles files) {
        var limits = new ArrayList<Double>();
        boolean isTold = false;
        for (String group : groups(files, "cpu")) {
            String quotaAndPeriod =
                    files.has(group + "/cpu.max")
                            ? files.line(group + "/cpu.max")
                            : files.line(group + "/cpu.cfs_quota_us")
                                    + " "
                                    + files.line(group + "/cpu.cfs_period_us");
            isTold |= !quotaAndPeriod.isBlank();
            String[] numbers = quotaAndPeriod.split(" ");
            if (numbers.length == 2) {
                OptionalDouble quota = number(numbers[0]);
                OptionalDouble period = number(numbers[1]);
                if (quota.isPresent() && period.isPresent()) {
                    limits.add(quota.getAsDouble() / period.getAsDouble());
                }
            }
        }
        return narrowest(limits, isTold, "%.2f");
    }

    private static String memory(KernelFiles files) {
        var limits = new ArrayList<Double>();
        boolean isTold = false;
        for (String group : groups(files, "memory")) {
            String bytes =
                    files.line(group + "/memory.max")
                            + files.line(group + "/memory.limit_in_bytes");
            isTold |= !bytes.isEmpty();
            number(bytes).stream().filter(limit -> limit < BEYOND_MEMORY).forEach(limits::add);
        }
        return narrowest(limits, isTold, "%.0f");
    }

    /** {@code max} and -1 are no numbers here: they mean that there is no limit. */
    private static OptionalDouble number(String text) {
        return text.matches("\\d{1,19}")
                ? OptionalDouble.of(Double.parseDouble(text))
                : OptionalDouble.empty();
    }

    private static String narrowest(List<Double> limits, boolean isTold, String format) {
        if (limits.isEmpty()) {
            // The outermost group of version 2 has no file for it.
            return isTold ? NONE : Unknown.because("no control group of this process shows one");
        }
        return String.format(
                Locale.ROOT, format, limits.stream().min(Double::compare).orElseThrow());
    }

    /**
     * The folders of all groups of this process for {@code controller}, innermost first; a folder
     * that a container does not see is among them, and without files.
     */
    private static List<String> groups(KernelFiles files, String controller) {
        var groups = new ArrayList<String>();
        for (String line : files.lines(OF_PROCESS)) {
            // hierarchy:controllers:path, the first two being 0 and empty in version 2
            String[] parts = line.split(":", 3);
            if (parts.length == 3) {
                List<String> controllers = List.of(parts[1].split(","));
                String mount =
                        parts[1].isEmpty()
                                ? MOUNT
                                : controllers.contains(controller) ? MOUNT + "/" + parts[1] : "";
                if (!mount.isEmpty()) {
                    Stream.iterate(
                                    parts[2].equals("/") ? "" : parts[2],
                                    path -> path != null,
                                    Limits::parent)
                            .map(path -> mount + path)
                            .forEach(groups::add);
                }
            }
        }
        return groups;
    }

    private static String parent(String path) {
        return path.isEmpty() ? null : path.substring(0, path.lastIndexOf('/'));
    }
}
