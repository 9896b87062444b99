package kvbench.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

class CpuTest {
    private static final String CPUS = "sys/devices/system/cpu/";

    @TempDir Path root;

    private KernelTree files;

    @BeforeEach
    void tree() {
        files = new KernelTree(root);
    }

    /** Two sockets of two cores of two threads each. */
    @Test
    void coresAndSocketsAreCountedByTheKernelsTopology() throws IOException {
        var info = new StringBuilder();
        for (int cpu = 0; cpu < 8; cpu++) {
            info.append(
                    "processor\t: %d\nmodel name\t: A CPU @ 2.00GHz\nflags\t: sse2 avx fpu\n\n"
                            .formatted(cpu));
            String topology = CPUS + "cpu" + cpu + "/topology/";
            files.write(topology + "physical_package_id", cpu / 4 + "\n");
            files.write(
                    topology + "thread_siblings_list",
                    cpu / 2 * 2 + "-" + (cpu / 2 * 2 + 1) + "\n");
        }
        files.write("proc/cpuinfo", info.toString());
        files.write(CPUS + "smt/active", "1\n");
        files.write("sys/devices/system/node/node0/cpulist", "0-3\n");
        files.write("sys/devices/system/node/node1/cpulist", "4-7\n");
        files.write("sys/devices/system/node/online", "0-1\n");
        Cpu cpu = cpu();
        assertEquals("A CPU @ 2.00GHz", cpu.model());
        assertEquals(8, cpu.logicalCores());
        assertEquals(4, cpu.physicalCores());
        assertEquals(2, cpu.sockets());
        assertEquals(2, cpu.numaNodes());
        assertEquals("on", cpu.smt());
        assertEquals(List.of("avx", "fpu", "sse2"), cpu.flags());
    }

    @Test
    void anArmCpuIsNamedByItsNumbersAndHasFeatures() throws IOException {
        files.write(
                "proc/cpuinfo",
                "processor\t: 0\nFeatures\t: fp asimd sve\nCPU implementer\t: 0x41\n"
                        + "CPU part\t: 0xd40\n");
        assertEquals(
                System.getProperty("os.arch") + ", implementer 0x41, part 0xd40", cpu().model());
        assertEquals(List.of("asimd", "fp", "sve"), cpu().flags());
        assertEquals(1, cpu().logicalCores());
    }

    @Test
    void governorsThatDifferAreAllNamed() throws IOException {
        files.write(CPUS + "cpu0/cpufreq/scaling_governor", "performance\n");
        files.write(CPUS + "cpu1/cpufreq/scaling_governor", "powersave\n");
        files.write(CPUS + "cpu2/cpufreq/scaling_governor", "performance\n");
        files.write(CPUS + "cpufreq/scaling_governor", "not a CPU\n");
        assertEquals("performance, powersave", cpu().governor());
    }

    @Test
    void intelTellsThatBoostIsForbidden() throws IOException {
        files.write(CPUS + "intel_pstate/no_turbo", "1\n");
        assertEquals("off", cpu().boost());
        files.write(CPUS + "intel_pstate/no_turbo", "0\n");
        assertEquals("on", cpu().boost());
    }

    @Test
    void othersTellThatBoostIsAllowed() throws IOException {
        files.write(CPUS + "cpufreq/boost", "1\n");
        assertEquals("on", cpu().boost());
        files.write(CPUS + "cpufreq/policy0/boost", "0\n");
        files.write(CPUS + "cpufreq/policy1/boost", "0\n");
        assertEquals("off", cpu().boost());
    }

    @Test
    void whatNoFileTellsSaysWhy() throws IOException {
        Cpu unknown = cpu();
        assertEquals("unknown: this system lists no CPUs", unknown.governor());
        assertEquals("unknown: the kernel does not tell of hardware threads", unknown.smt());
        assertEquals("unknown: the kernel shows no switch for it", unknown.boost());
        assertEquals(List.of("unknown: this system tells them in no file"), unknown.flags());
        assertEquals(Double.NaN, unknown.logicalCores());
        assertEquals(Double.NaN, unknown.physicalCores());
        assertEquals(Double.NaN, unknown.sockets());
        assertEquals(Double.NaN, unknown.numaNodes());
        files.write(CPUS + "cpu0/online", "1\n");
        assertEquals("unknown: the kernel shows no frequency governor", cpu().governor());
        if (System.getenv("PROCESSOR_IDENTIFIER") == null) {
            assertEquals(
                    "unknown: this system tells its CPU model in no file (%s)"
                            .formatted(System.getProperty("os.arch")),
                    unknown.model());
        }
    }

    @Test
    void thisMachineHasACore() {
        assertTrue(Cpu.here().usableCores() >= 1, "cores");
    }

    private Cpu cpu() {
        return Cpu.of(files.kernelFiles());
    }
}
