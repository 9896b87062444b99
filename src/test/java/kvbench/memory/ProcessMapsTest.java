package kvbench.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.ort.MemoryRange;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

class ProcessMapsTest {
    private static final MemoryRange JAVA_HEAP = new MemoryRange(0x680000000L, 0x80000000L);

    /** The fields that are read, and some that are not, in the kernel's form. */
    private static String mapping(String head, int residentKb, int anonymousKb) {
        return head
                + "\nSize:           %8d kB\nRss:            %8d kB\nPrivate_Dirty:  %8d kB\n"
                        .formatted(4_000_000, residentKb, anonymousKb)
                + "Anonymous:      %8d kB\nAnonHugePages:         0 kB\nVmFlags: rd wr mr mw me ac \n"
                        .formatted(anonymousKb);
    }

    private static ProcessMaps.Sums sums(String smaps) {
        return new ProcessMaps()
                .of(
                        smaps.getBytes(StandardCharsets.UTF_8),
                        JAVA_HEAP,
                        path -> path.equals("/models/a b.safetensors"));
    }

    @Test
    void sumsUpAllMappingsAndEachKindByItself() {
        ProcessMaps.Sums sums =
                sums(
                        mapping("680000000-690000000 rw-p 00000000 00:00 0 ", 100, 100)
                                + mapping("690000000-700000000 ---p 00000000 00:00 0 ", 0, 0)
                                + mapping(
                                        "55d0c8000000-55d0c8100000 rw-p 00000000 00:00 0          "
                                                + " [heap]",
                                        20,
                                        20)
                                + mapping("7f4e30000000-7f4e30021000 rw-p 00000000 00:00 0 ", 3, 3)
                                + mapping("7f4e30021000-7f4e34000000 ---p 00000000 00:00 0 ", 0, 0)
                                + mapping(
                                        "7f4e40000000-7f4e44000000 r--s 00000000 fe:00 77  "
                                                + " /models/a b.safetensors",
                                        5000,
                                        0)
                                + mapping(
                                        "7f4e44000000-7f4e44001000 r--p 00000000 fe:00 78  "
                                                + " /lib/libc.so.6",
                                        7,
                                        1));
        assertEquals(
                new ProcessMaps.Sums(
                        5130L << 10,
                        124L << 10,
                        100L << 10,
                        5000L << 10,
                        23L << 10,
                        List.of(
                                new MemoryRange(0x55d0c8000000L, 0x100000),
                                new MemoryRange(0x7f4e30000000L, 0x21000))),
                sums);
    }

    /** The first two meet in a page of the file, the third is of another file, the last in part. */
    @Test
    void countsAPageOfAFileOnceThatTwoMappingsHold() {
        String weights = "  /models/a b.safetensors";
        ProcessMaps.Sums sums =
                sums(
                        mapping("1000-4000 r--p 00002000 fe:00 77" + weights, 12, 0)
                                + mapping("5000-8000 r--p 00000000 fe:00 77" + weights, 12, 0)
                                + mapping("9000-b000 r--p 00000000 fe:00 78" + weights, 8, 0)
                                + mapping("c000-f000 r--p 00004000 fe:00 77" + weights, 4, 0));
        assertEquals((5 * 4L + 8 + 4) << 10, sums.weights());
        assertEquals(36L << 10, sums.resident());
    }

    @Test
    void aLineOfAnotherLengthIsFoundAllTheSame() {
        ProcessMaps.Sums sums =
                sums(
                        mapping("1000-2000 rw-p 00000000 00:00 0 ", 1, 1)
                                + mapping("3000-4000 rw-p 00000000 00:00 0 ", 123_456_789, 2)
                                        .replace("Size:  ", "Size:     ")
                                + mapping("5000-6000 rw-p 00000000 00:00 0 ", 3, 3));
        assertEquals((123_456_789L + 4) << 10, sums.resident());
        assertEquals(6L << 10, sums.anonymous());
    }

    @Test
    void nothingIsNothing() {
        assertEquals(new ProcessMaps.Sums(0, 0, 0, 0, 0, List.of()), sums(""));
    }
}
