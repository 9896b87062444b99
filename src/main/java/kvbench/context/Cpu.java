package kvbench.context;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * The processor under a run, before the first measurement.
 *
 * <p>Linux tells of it in files; elsewhere only what Java knows is told. Text that could not be
 * told says {@code unknown:} and why; a number is NaN where the system shows no such thing in its
 * files.
 *
 * @param model its name
 * @param architecture as Java calls it
 * @param usableCores logical cores that this process may use
 * @param logicalCores hardware threads of the machine that are on
 * @param physicalCores cores of the machine
 * @param sockets processors of the machine
 * @param numaNodes memories of the machine that are not equally far from all cores
 * @param smt {@code on} or {@code off}: whether a core runs several hardware threads
 * @param governor what chooses the frequency; several, comma-separated, where the cores differ
 * @param boost {@code on} or {@code off}: whether a core may run faster than its nominal frequency
 * @param flags what the CPU can do, in the kernel's words, sorted
 */
public record Cpu(
        String model,
        String architecture,
        int usableCores,
        double logicalCores,
        double physicalCores,
        double sockets,
        double numaNodes,
        String smt,
        String governor,
        String boost,
        List<String> flags) {
    private static final String CPU_INFO = "proc/cpuinfo";
    private static final String CPUS = "sys/devices/system/cpu";
    private static final String EACH_CPU = "cpu[0-9]*";

    public Cpu {
        flags = List.copyOf(flags);
    }

    /** The processor that this process runs on. */
    public static Cpu here() {
        return of(KernelFiles.here());
    }

    static Cpu of(KernelFiles files) {
        return new Cpu(
                model(files),
                Unknown.unless(System.getProperty("os.arch"), "Java names no architecture"),
                java.lang.Runtime.getRuntime().availableProcessors(),
                logicalCores(files),
                different(files, "topology/thread_siblings_list"),
                different(files, "topology/physical_package_id"),
                orNaN(files.count("sys/devices/system/node", "node[0-9]*")),
                onOrOff(
                        files.line(CPUS + "/smt/active"),
                        "1",
                        "the kernel does not tell of hardware threads"),
                governor(files),
                boost(files),
                flags(files));
    }

    private static double logicalCores(KernelFiles files) {
        return orNaN(
                files.lines(CPU_INFO).stream()
                        .filter(line -> line.matches("processor\\s*:.*"))
                        .count());
    }

    /** x86 kernels give a model name; ARM kernels give the numbers of implementer and part. */
    private static String model(KernelFiles files) {
        String model = files.field(CPU_INFO, "model name", ":");
        if (!model.isEmpty()) {
            return model;
        }
        String implementer = files.field(CPU_INFO, "CPU implementer", ":");
        if (!implementer.isEmpty()) {
            return "%s, implementer %s, part %s"
                    .formatted(
                            System.getProperty("os.arch", ""),
                            implementer,
                            files.field(CPU_INFO, "CPU part", ":"));
        }
        return Unknown.unless(
                System.getenv("PROCESSOR_IDENTIFIER"),
                "this system tells its CPU model in no file (%s)"
                        .formatted(System.getProperty("os.arch", "")));
    }

    private static double different(KernelFiles files, String topology) {
        return orNaN(new TreeSet<>(files.lineOfEach(CPUS, EACH_CPU, topology)).size());
    }

    private static double orNaN(long count) {
        return count == 0 ? Double.NaN : count;
    }

    private static String governor(KernelFiles files) {
        if (!files.has(CPUS)) {
            return Unknown.because("this system lists no CPUs");
        }
        var governors = new TreeSet<>(files.lineOfEach(CPUS, EACH_CPU, "cpufreq/scaling_governor"));
        return Unknown.unless(
                String.join(", ", governors), "the kernel shows no frequency governor");
    }

    /** Intel's driver tells whether it is forbidden, the others whether it is allowed. */
    private static String boost(KernelFiles files) {
        String forbidden = files.line(CPUS + "/intel_pstate/no_turbo");
        if (!forbidden.isEmpty()) {
            return onOrOff(forbidden, "0", "");
        }
        var ofPolicies = new TreeSet<>(files.lineOfEach(CPUS + "/cpufreq", "policy*", "boost"));
        return onOrOff(
                ofPolicies.size() == 1 ? ofPolicies.first() : files.line(CPUS + "/cpufreq/boost"),
                "1",
                "the kernel shows no switch for it");
    }

    private static String onOrOff(String value, String on, String whyNone) {
        if (value.isEmpty()) {
            return Unknown.because(whyNone);
        }
        return value.equals(on) ? "on" : "off";
    }

    /** x86 calls them flags, ARM features. */
    private static List<String> flags(KernelFiles files) {
        String flags =
                files.field(CPU_INFO, "flags", ":") + " " + files.field(CPU_INFO, "Features", ":");
        return flags.isBlank()
                ? List.of(Unknown.because("this system tells them in no file"))
                : Arrays.stream(flags.strip().split("\\s+")).distinct().sorted().toList();
    }
}
