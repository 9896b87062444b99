package kvbench.memory;

import kvbench.ort.MemoryRange;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How many bytes of given addresses are in memory: memory that was asked for but never written has
 * no pages yet.
 *
 * <p>Source: Linux, {@code admin-guide/mm/pagemap}. Not thread-safe.
 */
final class ResidentPages {
    private static final String PAGEMAP = "/proc/self/pagemap";
    private static final String NOT_TOLD =
            "which pages are in memory is not told: %s is not readable here";

    private static final int ENTRY_BYTES = Long.BYTES;

    /** The last byte of an entry, little-endian, has the bits 56 to 63: 63 is "present". */
    private static final int FLAGS_BYTE = ENTRY_BYTES - 1;

    private static final int PRESENT = 0x80;

    private static final Pattern PAGE_SIZE = Pattern.compile("MMUPageSize:\\s+(\\d{1,9}) kB");
    private static final long BYTES_PER_KB = 1024;
    private static final long USUAL_PAGE_BYTES = 4096;

    private final long pageBytes = pageBytes();
    private final byte[] entries = new byte[1 << 16];

    /** Bytes of the smallest page, which differ between machines of one kind. */
    private static long pageBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/smaps"))) {
            return lines.map(PAGE_SIZE::matcher)
                    .filter(Matcher::matches)
                    .mapToLong(line -> Long.parseLong(line.group(1)) * BYTES_PER_KB)
                    .min()
                    .orElse(USUAL_PAGE_BYTES);
        } catch (IOException | UncheckedIOException e) {
            // Where this file is not, neither is that of the pages.
            return USUAL_PAGE_BYTES;
        }
    }

    /** Bytes of {@code ranges}, which do not overlap, that are in memory. */
    Figure in(List<MemoryRange> ranges) {
        try (var pagemap = new RandomAccessFile(PAGEMAP, "r")) {
            long bytes = 0;
            for (MemoryRange range : ranges) {
                bytes += in(range, pagemap);
            }
            return Figure.of(bytes);
        } catch (IOException e) {
            return Figure.unknown(NOT_TOLD.formatted(PAGEMAP));
        }
    }

    private long in(MemoryRange range, RandomAccessFile pagemap) throws IOException {
        long bytes = 0;
        long page = range.address() / pageBytes;
        long end = (range.end() + pageBytes - 1) / pageBytes;
        pagemap.seek(page * ENTRY_BYTES);
        while (page < end) {
            int wanted = (int) Math.min(entries.length, (end - page) * ENTRY_BYTES);
            pagemap.readFully(entries, 0, wanted);
            for (int at = FLAGS_BYTE; at < wanted; at += ENTRY_BYTES, page++) {
                if ((entries[at] & PRESENT) != 0) {
                    bytes +=
                            Math.min(range.end(), (page + 1) * pageBytes)
                                    - Math.max(range.address(), page * pageBytes);
                }
            }
        }
        return bytes;
    }
}
