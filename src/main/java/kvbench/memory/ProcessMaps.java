package kvbench.memory;

import kvbench.ort.MemoryRange;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Walks over {@code /proc/self/smaps}: each mapping of the process with the bytes of it that are in
 * memory, counted page by page as it is read.
 *
 * <p>The text of a Java process has hundreds of mappings; it is read without making Java objects,
 * since it is read to see how much memory others take. Not thread-safe.
 */
final class ProcessMaps {
    private static final String SMAPS = "/proc/self/smaps";
    private static final byte[] HEAP = "[heap]".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WRITABLE = "rw-p".getBytes(StandardCharsets.US_ASCII);

    /** Source: the GNU C library, {@code HEAP_MAX_SIZE} in {@code arena.c} on 64-bit systems. */
    private static final long THREAD_HEAP_BYTES = 1L << 26;

    private static final int BYTES_PER_KB = 1024;
    private static final int HEX = 16;

    /** Fields of a mapping's first line before its path: addresses, flags, offset, device, node. */
    private static final int FIELDS_BEFORE_PATH = 5;

    private static final int OFFSET_FIELD = 2;

    /** Beginnings of the lines of a mapping that are read, and of its last. */
    private final Word rssLine = new Word("Rss:");

    private final Word anonymousLine = new Word("Anonymous:");
    private final Word lastLine = new Word("VmFlags:");

    /** The beginning of a line, and how far behind the line looked for before it stood last. */
    private static final class Word {
        final byte[] text;
        int distance;

        Word(String text) {
            this.text = text.getBytes(StandardCharsets.US_ASCII);
        }
    }

    /**
     * A mapping of a part of a file.
     *
     * @param file its device and node
     * @param from where in the file it begins
     * @param to where it ends
     */
    private record Part(String file, long from, long to) {
        static final Comparator<Part> ORDER =
                Comparator.comparing(Part::file).thenComparingLong(Part::from);
    }

    private byte[] text = new byte[1 << 19];
    private int length;

    /**
     * Sums over mappings, in bytes.
     *
     * @param resident of all
     * @param anonymous of all, the pages that are of no file or a changed copy
     * @param javaHeap resident in the addresses of the Java heap
     * @param weights resident of the files that were asked for; a page that several mappings of a
     *     file hold counts once, where they are in memory as a whole
     * @param nativeHeap resident in the C library's heaps
     * @param nativeHeaps where these lie
     */
    record Sums(
            long resident,
            long anonymous,
            long javaHeap,
            long weights,
            long nativeHeap,
            List<MemoryRange> nativeHeaps) {}

    /**
     * Reads the mappings, or answers empty where the system has no such file.
     *
     * @param javaHeap addresses whose mappings are summed up by themselves
     * @param isWeights tells the files whose mappings are
     */
    Optional<Sums> read(MemoryRange javaHeap, Predicate<String> isWeights) {
        try (var in = new FileInputStream(SMAPS)) {
            length = 0;
            int read;
            while ((read = in.read(text, length, text.length - length)) > 0) {
                length += read;
                if (length == text.length) {
                    text = Arrays.copyOf(text, 2 * length);
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.of(sums(javaHeap, isWeights));
    }

    /** The sums over a text of that form. */
    Sums of(byte[] smaps, MemoryRange javaHeap, Predicate<String> isWeights) {
        text = smaps.clone();
        length = smaps.length;
        return sums(javaHeap, isWeights);
    }

    private Sums sums(MemoryRange javaHeap, Predicate<String> isWeights) {
        long resident = 0;
        long anonymous = 0;
        long heap = 0;
        long weights = 0;
        var wholeWeights = new ArrayList<Part>();
        long nativeHeap = 0;
        var nativeHeaps = new ArrayList<MemoryRange>();
        int head = 0;
        while (head < length) {
            int rss = seek(nextLine(head), rssLine);
            int own = seek(rss, anonymousLine);
            long bytes = kilobytes(rss + rssLine.text.length) * BYTES_PER_KB;
            resident += bytes;
            anonymous += kilobytes(own + anonymousLine.text.length) * BYTES_PER_KB;
            long from = hexadecimal(head);
            if (from >= javaHeap.address() && from < javaHeap.end()) {
                heap += bytes;
            } else if (isNativeHeap(head, from)) {
                nativeHeap += bytes;
                long to = hexadecimal(head + Long.toHexString(from).length() + 1);
                nativeHeaps.add(new MemoryRange(from, to - from));
            } else if (isWeights(head, isWeights)) {
                Part part = part(head, from);
                if (part.to() - part.from() == bytes) {
                    wholeWeights.add(part);
                } else {
                    weights += bytes;
                }
            }
            head = nextLine(seek(own, lastLine));
        }
        weights += union(wholeWeights);
        return new Sums(resident, anonymous, heap, weights, nativeHeap, nativeHeaps);
    }

    /**
     * The line at or behind {@code from} that begins with a word. It is looked for first as far on
     * as the last time: most mappings have their lines of equal length.
     */
    private int seek(int from, Word word) {
        if (startsWith(from + word.distance, word.text)) {
            return from + word.distance;
        }
        for (int line = from; line < length; line = nextLine(line)) {
            if (startsWith(line, word.text)) {
                word.distance = line - from;
                return line;
            }
        }
        return length;
    }

    /** Bytes of files that are in one of the parts or more: tensors that meet share a page. */
    private static long union(List<Part> parts) {
        long bytes = 0;
        String file = "";
        long covered = 0;
        for (Part part : parts.stream().sorted(Part.ORDER).toList()) {
            if (!part.file().equals(file)) {
                file = part.file();
                covered = 0;
            }
            bytes += Math.max(0, part.to() - Math.max(part.from(), covered));
            covered = Math.max(covered, part.to());
        }
        return bytes;
    }

    private Part part(int line, long from) {
        long to = hexadecimal(line + Long.toHexString(from).length() + 1);
        int offset = field(line, OFFSET_FIELD);
        int device = field(line, OFFSET_FIELD + 1);
        String file = new String(text, device, path(line) - device, StandardCharsets.US_ASCII);
        long begin = hexadecimal(offset);
        return new Part(file.strip(), begin, begin + to - from);
    }

    private boolean isWeights(int line, Predicate<String> isWeights) {
        int path = path(line);
        int end = nextLine(line) - 1;
        return path < end
                && text[path] == '/'
                && isWeights.test(new String(text, path, end - path, StandardCharsets.UTF_8));
    }

    /**
     * The heap that Linux names so, which grows by {@code brk}; and those that the GNU C library
     * makes for threads, which are of no file and begin at a multiple of their largest size.
     */
    private boolean isNativeHeap(int line, long from) {
        int path = path(line);
        int end = nextLine(line) - 1;
        return path < end
                ? startsWith(path, HEAP)
                : from % THREAD_HEAP_BYTES == 0 && startsWith(line + headOf(from), WRITABLE);
    }

    /** Where the flags of a mapping begin, after its two addresses. */
    private static int headOf(long from) {
        return 2 * Long.toHexString(from).length() + 2;
    }

    /** Where a mapping's path begins, or the end of its first line where it has none. */
    private int path(int line) {
        return field(line, FIELDS_BEFORE_PATH);
    }

    /** Where the field of a mapping's first line begins that so many stand before. */
    private int field(int line, int before) {
        int end = nextLine(line) - 1;
        int at = line;
        for (int field = 0; field < before; field++) {
            while (at < end && text[at] != ' ') {
                at++;
            }
            while (at < end && text[at] == ' ') {
                at++;
            }
        }
        return at;
    }

    private int nextLine(int at) {
        int next = at;
        while (next < length && text[next] != '\n') {
            next++;
        }
        return next + 1;
    }

    private boolean startsWith(int at, byte[] word) {
        return at + word.length <= length
                && Arrays.equals(text, at, at + word.length, word, 0, word.length);
    }

    private long hexadecimal(int at) {
        long value = 0;
        for (int i = at; i < length && Character.digit(text[i], HEX) >= 0; i++) {
            value = value * HEX + Character.digit(text[i], HEX);
        }
        return value;
    }

    private long kilobytes(int at) {
        long value = 0;
        for (int i = at; i < length && text[i] != 'k'; i++) {
            if (Character.isDigit(text[i])) {
                value = value * 10 + Character.digit(text[i], 10);
            }
        }
        return value;
    }
}
