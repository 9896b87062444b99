package kvbench.context;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The machine under a run and its system, before the first measurement.
 *
 * <p>A field that could not be told says {@code unknown:} and why.
 *
 * @param name host name
 * @param os name of the system, with its distribution where there is one
 * @param kernel version of the kernel, or of the system where it names no kernel
 * @param virtualisation signs of a virtual machine or a container, or that none was seen
 * @param loadAverage processes running or waiting over the last minute, or NaN where the system
 *     keeps no such figure
 */
public record Host(
        String name, String os, String kernel, String virtualisation, double loadAverage) {
    private static final String CPU_INFO = "proc/cpuinfo";
    private static final String HYPERVISOR_FLAG = "hypervisor";

    /** Vendors of machines that are always virtual, as their firmware spells them. */
    private static final List<String> VIRTUAL_VENDORS =
            List.of("qemu", "amazon ec2", "google", "vmware", "xen", "innotek", "kubevirt");

    /** The machine that this process runs on. */
    public static Host here() {
        return of(KernelFiles.here());
    }

    static Host of(KernelFiles files) {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return new Host(
                hostName(files),
                operatingSystem(files),
                Unknown.unless(System.getProperty("os.version"), "Java names no system version"),
                virtualisation(files),
                load < 0 ? Double.NaN : load);
    }

    /** From the kernel or the environment: asking the network for a name can take seconds. */
    private static String hostName(KernelFiles files) {
        return Stream.of(
                        files.line("proc/sys/kernel/hostname"),
                        System.getenv().getOrDefault("HOSTNAME", ""),
                        System.getenv().getOrDefault("COMPUTERNAME", ""))
                .filter(name -> !name.isBlank())
                .map(String::strip)
                .findFirst()
                .orElse(Unknown.because("neither the kernel nor the environment names the host"));
    }

    private static String operatingSystem(KernelFiles files) {
        String name = System.getProperty("os.name", "");
        String distribution = files.field("etc/os-release", "PRETTY_NAME", "=");
        return Unknown.unless(
                distribution.isEmpty()
                        ? name
                        : "%s (%s)".formatted(name, distribution.replace("\"", "")),
                "Java names no system");
    }

    private static String virtualisation(KernelFiles files) {
        if (!files.has(CPU_INFO)) {
            return Unknown.because("this system does not tell in files");
        }
        var signs = new ArrayList<String>();
        String product =
                "%s %s"
                        .formatted(
                                files.line("sys/class/dmi/id/sys_vendor"),
                                files.line("sys/class/dmi/id/product_name"))
                        .strip();
        if (files.field(CPU_INFO, "flags", ":").contains(HYPERVISOR_FLAG) || isVirtual(product)) {
            signs.add(product.isEmpty() ? "virtual machine" : "virtual machine (" + product + ")");
        }
        if (files.line("proc/sys/kernel/osrelease")
                .toLowerCase(Locale.ROOT)
                .contains("microsoft")) {
            signs.add("WSL");
        }
        if (files.has(".dockerenv")) {
            signs.add("docker container");
        } else if (files.has("run/.containerenv")) {
            signs.add("podman container");
        } else if (files.lines("proc/self/cgroup").stream()
                .anyMatch(line -> line.matches(".*(docker|kubepods|lxc|containerd).*"))) {
            signs.add("container");
        }
        return signs.isEmpty() ? "none seen" : String.join(", ", signs);
    }

    private static boolean isVirtual(String product) {
        String lower = product.toLowerCase(Locale.ROOT);
        return VIRTUAL_VENDORS.stream().anyMatch(lower::startsWith)
                || lower.contains("virtual machine");
    }
}
