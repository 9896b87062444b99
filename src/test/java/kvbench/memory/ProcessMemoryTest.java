package kvbench.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.ort.MemoryRange;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

class ProcessMemoryTest {
    private static final long MIB = 1 << 20;

    @Test
    void readsTheKernelsFields() {
        assertEquals(
                new ProcessMemory(1024, 2048, 3072, 4096, 5120),
                ProcessMemory.of(
                        "Name:\tjava\nVmHWM:\t       2 kB\nVmRSS:\t       1 kB\nRssAnon:\t       3"
                                + " kB\nRssFile:\t       4 kB\nRssShmem:\t       5 kB\n"));
    }

    @Test
    void whatIsNotToldIsNaN() {
        assertEquals(
                new ProcessMemory(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN),
                ProcessMemory.of("VmRSS:\tmuch\n"));
    }

    @Test
    void thePeakIsThatOfTheIntervalAndNotOfTheProcess() {
        assumePeaks();
        touchAndFree(96 * MIB);
        double before = ProcessMemory.now().residentBytes();

        ResidentPeak interval = ResidentPeak.begin();
        touchAndFree(32 * MIB);
        double peak = interval.end().value();

        assertEquals(32, (peak - before) / MIB, 8, "MiB in the interval");
    }

    @Test
    void anIntervalInsideAnotherTakesNothingFromItsPeak() {
        assumePeaks();
        double before = ProcessMemory.now().residentBytes();
        ResidentPeak outer = ResidentPeak.begin();
        touchAndFree(64 * MIB);
        ResidentPeak inner = ResidentPeak.begin();
        touchAndFree(16 * MIB);

        assertEquals(16, (inner.end().value() - before) / MIB, 8, "MiB of the inner");
        assertEquals(64, (outer.end().value() - before) / MIB, 8, "MiB of the outer");
    }

    @Test
    void memoryCountsAsResidentOnlyWhereItWasWritten() {
        assumePeaks();
        try (Arena arena = Arena.ofConfined()) {
            // Beyond what the C library keeps ready, so that it is mapped afresh.
            MemorySegment memory = mapped(64 * MIB, arena);
            memory.asSlice(0, 8 * MIB).fill((byte) 1);
            var range = new MemoryRange(memory.address(), memory.byteSize());

            assertEquals(
                    8.0, new ResidentPages().in(List.of(range)).value() / MIB, 0.01, "MiB written");
        }
    }

    @Test
    void theFootprintIsWhatTheKernelCountsInAll() {
        assumePeaks();
        Footprint footprint = new FootprintReader(Set.of()).now();
        ProcessMemory status = ProcessMemory.now();
        assertEquals(
                1, footprint.resident().value() / status.residentBytes(), 0.05, "of the status");
        assertEquals(1, footprint.anonymous().value() / status.privateBytes(), 0.05);
        assertTrue(footprint.javaHeap().value() > MIB, footprint.toString());
        assertEquals(Figure.of(0), footprint.weights());
    }

    private static void touchAndFree(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            mapped(bytes, arena).fill((byte) 1);
        }
    }

    /** A file's mapping that is private behaves as fresh memory does, whatever malloc keeps. */
    private static MemorySegment mapped(long bytes, Arena arena) {
        try (var file =
                FileChannel.open(
                        Files.createTempFile("pages", null),
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE)) {
            file.truncate(0);
            file.write(ByteBuffer.allocate(1), bytes - 1);
            return file.map(MapMode.PRIVATE, 0, bytes, arena);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assumePeaks() {
        Figure peak = ResidentPeak.begin().end();
        Assumptions.assumeTrue(peak.known(), peak.reason());
    }
}
