package kvbench.context;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The machine under a run, before its first measurement.
 *
 * <p>Linux tells its CPU, governor and distribution through files; elsewhere only what Java knows
 * is told. A field that could not be told says {@code unknown:} and why.
 *
 * @param name host name
 * @param os name of the system, with its distribution where there is one
 * @param kernel version of the kernel, or of the system where it names no kernel
 * @param cpu model of the CPU
 * @param cores processors that this process may use
 * @param memoryBytes memory that this process may use, in bytes (a container's limit where it has
 *     one), or NaN
 * @param loadAverage processes running or waiting over the last minute, or NaN where the system
 *     keeps no such figure
 * @param governor the CPU frequency governor; several, comma-separated, where the cores differ
 */
public record Host(
        String name,
        String os,
        String kernel,
        String cpu,
        int cores,
        double memoryBytes,
        double loadAverage,
        String governor) {

    /** The machine that this process runs on. */
    public static Host here() {
        return under(Path.of("/"));
    }

    /** As {@link #here()}, with the files of Linux looked for under {@code root}. */
    static Host under(Path root) {
        var system = ManagementFactory.getOperatingSystemMXBean();
        double load = system.getSystemLoadAverage();
        double memory =
                system instanceof com.sun.management.OperatingSystemMXBean detailed
                        ? detailed.getTotalMemorySize()
                        : Double.NaN;
        return new Host(
                hostName(root),
                operatingSystem(root),
                Unknown.unless(System.getProperty("os.version"), "Java names no system version"),
                cpuModel(root),
                java.lang.Runtime.getRuntime().availableProcessors(),
                memory,
                load < 0 ? Double.NaN : load,
                governor(root));
    }

    /** From the kernel or the environment: asking the network for a name can take seconds. */
    private static String hostName(Path root) {
        return Stream.of(
                        String.join("", lines(root.resolve("proc/sys/kernel/hostname"))),
                        System.getenv().getOrDefault("HOSTNAME", ""),
                        System.getenv().getOrDefault("COMPUTERNAME", ""))
                .filter(name -> !name.isBlank())
                .map(String::strip)
                .findFirst()
                .orElse(Unknown.because("neither the kernel nor the environment names the host"));
    }

    private static String operatingSystem(Path root) {
        String name = System.getProperty("os.name", "");
        String distribution = field(root.resolve("etc/os-release"), "PRETTY_NAME", "=");
        return Unknown.unless(
                distribution.isEmpty()
                        ? name
                        : "%s (%s)".formatted(name, distribution.replace("\"", "")),
                "Java names no system");
    }

    /** x86 kernels give a model name; ARM kernels give the numbers of implementer and part. */
    private static String cpuModel(Path root) {
        Path cpuinfo = root.resolve("proc/cpuinfo");
        String model = field(cpuinfo, "model name", ":");
        if (!model.isEmpty()) {
            return model;
        }
        String implementer = field(cpuinfo, "CPU implementer", ":");
        if (!implementer.isEmpty()) {
            return "%s, implementer %s, part %s"
                    .formatted(
                            System.getProperty("os.arch", ""),
                            implementer,
                            field(cpuinfo, "CPU part", ":"));
        }
        return Unknown.unless(
                System.getenv("PROCESSOR_IDENTIFIER"),
                "this system tells its CPU model in no file (%s)"
                        .formatted(System.getProperty("os.arch", "")));
    }

    private static String governor(Path root) {
        var governors = new TreeSet<String>();
        Path cpus = root.resolve("sys/devices/system/cpu");
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(cpus, "cpu[0-9]*")) {
            for (Path cpu : folders) {
                lines(cpu.resolve("cpufreq/scaling_governor")).stream()
                        .map(String::strip)
                        .forEach(governors::add);
            }
        } catch (IOException e) {
            return Unknown.because("this system lists no CPUs");
        }
        return Unknown.unless(
                String.join(", ", governors), "the kernel shows no frequency governor");
    }

    /** The first value of {@code key} in a file of {@code key separator value}, or "". */
    private static String field(Path file, String key, String separator) {
        for (String line : lines(file)) {
            int at = line.indexOf(separator);
            if (at > 0 && line.substring(0, at).strip().equals(key)) {
                return line.substring(at + separator.length()).strip();
            }
        }
        return "";
    }

    /** A file's lines, none where it cannot be read. */
    private static List<String> lines(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
