package kvbench.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class HostTest {
    @TempDir Path root;

    @Test
    void linuxTellsItsNameDistributionAndCpuInFiles() throws IOException {
        file("proc/sys/kernel/hostname", "bench-box\n");
        file("etc/os-release", "NAME=X\nPRETTY_NAME=\"Some Linux 12\"\n");
        file(
                "proc/cpuinfo",
                "processor\t: 0\nmodel name\t: A CPU @ 2.00GHz\n\nprocessor\t: 1\n"
                        + "model name\t: B\n");
        Host host = Host.under(root);
        assertEquals("bench-box", host.name());
        assertEquals(System.getProperty("os.name") + " (Some Linux 12)", host.os());
        assertEquals("A CPU @ 2.00GHz", host.cpu());
    }

    @Test
    void anArmCpuIsNamedByItsNumbers() throws IOException {
        file("proc/cpuinfo", "CPU implementer\t: 0x41\nCPU part\t: 0xd40\n");
        assertEquals(
                System.getProperty("os.arch") + ", implementer 0x41, part 0xd40",
                Host.under(root).cpu());
    }

    @Test
    void governorsThatDifferAreAllNamed() throws IOException {
        file("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
        file("sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "powersave\n");
        file("sys/devices/system/cpu/cpu2/cpufreq/scaling_governor", "performance\n");
        file("sys/devices/system/cpu/cpufreq/scaling_governor", "not a CPU\n");
        assertEquals("performance, powersave", Host.under(root).governor());
    }

    @Test
    void whatNoFileTellsSaysWhy() throws IOException {
        assertEquals("unknown: this system lists no CPUs", Host.under(root).governor());
        Files.createDirectories(root.resolve("sys/devices/system/cpu/cpu0"));
        assertEquals(
                "unknown: the kernel shows no frequency governor", Host.under(root).governor());
        if (System.getenv("PROCESSOR_IDENTIFIER") == null) {
            assertEquals(
                    "unknown: this system tells its CPU model in no file (%s)"
                            .formatted(System.getProperty("os.arch")),
                    Host.under(root).cpu());
        }
    }

    @Test
    void thisMachineHasMemory() {
        assertTrue(Host.here().memoryBytes() > 1 << 20, "memory");
    }

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
