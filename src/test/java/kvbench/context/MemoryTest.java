package kvbench.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

class MemoryTest {
    @TempDir Path root;

    @Test
    void theKernelTellsInKilobytes() throws IOException {
        var files = new KernelTree(root);
        files.write(
                "proc/meminfo",
                "MemTotal:       24683620 kB\n"
                        + "MemFree:            1 kB\n"
                        + "MemAvailable:   24340640 kB\n"
                        + "SwapTotal:       2097152 kB\n"
                        + "SwapFree:        2096128 kB\n");
        files.write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
        Memory memory = Memory.of(files.kernelFiles());
        assertEquals(24_683_620L * 1024, memory.totalBytes());
        assertEquals(24_340_640L * 1024, memory.availableBytes());
        assertEquals(2L << 30, memory.swapTotalBytes());
        assertEquals(1 << 20, memory.swapUsedBytes());
        assertEquals("madvise", memory.transparentHugePages());
    }

    @Test
    void elsewhereJavaTellsWhatItCan() {
        Memory memory = Memory.of(new KernelFiles(root));
        assertEquals(memory.usableBytes(), memory.totalBytes());
        assertEquals(Double.NaN, memory.availableBytes());
        assertEquals(
                "unknown: the kernel shows no setting of huge pages",
                memory.transparentHugePages());
        assertTrue(memory.swapTotalBytes() >= memory.swapUsedBytes(), memory.toString());
    }

    @Test
    void thisMachineHasMemory() {
        assertTrue(Memory.here().usableBytes() > 1 << 20, "memory");
    }
}
