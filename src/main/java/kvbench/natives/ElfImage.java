package kvbench.natives;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An ELF file of 64 bits, least significant byte first, of which only what is asked for is read.
 *
 * <p>Whatever the file says, no read goes beyond its end, and every list has a longest length.
 * Source: {@code elf.h}.
 */
final class ElfImage implements AutoCloseable {
    private static final int HEADER_BYTES = 64;
    private static final int MAGIC = 'F' << 24 | 'L' << 16 | 'E' << 8 | 0x7f;
    private static final byte CLASS_64 = 2;
    private static final byte LITTLE_ENDIAN = 1;

    /** {@code Elf64_Phdr} and {@code Elf64_Shdr}. */
    private static final int SEGMENT_BYTES = 56;

    private static final int SECTION_BYTES = 64;

    /** Libraries have about ten segments and forty sections. */
    private static final int MOST_SEGMENTS = 1024;

    private static final int MOST_SECTIONS = 4096;

    private static final int LONGEST_TEXT = 1024;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final ByteBuffer header;

    /** A stretch of the file. */
    record Range(long offset, long bytes) {}

    /**
     * A stretch of the file with its place in memory.
     *
     * @param type {@code p_type}
     * @param address where it comes to lie
     */
    record Segment(int type, long address, Range range) {}

    private ElfImage(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.size = channel.size();
        if (size < HEADER_BYTES) {
            throw broken("a shared library", "a file of %d bytes".formatted(size));
        }
        this.header = read(new Range(0, HEADER_BYTES), "the header");
        if (header.getInt(0) != MAGIC
                || header.get(4) != CLASS_64
                || header.get(5) != LITTLE_ENDIAN) {
            throw broken("a shared library (ELF, 64 bits, little-endian)", "another kind of file");
        }
    }

    /**
     * Opens {@code file}.
     *
     * @throws IOException if it cannot be read or is none, in one line
     */
    static ElfImage open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    "%s: expected a shared library, found no file there.".formatted(file));
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new ElfImage(file, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** {@code e_machine}. */
    int machine() {
        return Short.toUnsignedInt(header.getShort(18));
    }

    /** Stretches that come to lie in memory, or that tell the loader what to do. */
    List<Segment> segments() throws IOException {
        int count = Short.toUnsignedInt(header.getShort(56));
        ByteBuffer table =
                table(header.getLong(32), count, SEGMENT_BYTES, MOST_SEGMENTS, "segment");
        var segments = new ArrayList<Segment>();
        for (int start = 0; start < table.limit(); start += SEGMENT_BYTES) {
            segments.add(
                    new Segment(
                            table.getInt(start),
                            table.getLong(start + 16),
                            new Range(table.getLong(start + 8), table.getLong(start + 32))));
        }
        return segments;
    }

    /** The first section called {@code name}; empty where the file has none. */
    Optional<Range> section(String name) throws IOException {
        int count = Short.toUnsignedInt(header.getShort(60));
        ByteBuffer table =
                table(header.getLong(40), count, SECTION_BYTES, MOST_SECTIONS, "section");
        int names = Short.toUnsignedInt(header.getShort(62));
        if (names >= count) {
            return Optional.empty();
        }
        Range texts = range(table, names);
        for (int section = 0; section < count; section++) {
            long start = Integer.toUnsignedLong(table.getInt(section * SECTION_BYTES));
            if (text(texts, start, "name of section " + section).equals(name)) {
                return Optional.of(range(table, section));
            }
        }
        return Optional.empty();
    }

    private static Range range(ByteBuffer sections, int section) {
        int start = section * SECTION_BYTES;
        return new Range(sections.getLong(start + 24), sections.getLong(start + 32));
    }

    private ByteBuffer table(long offset, int count, int entryBytes, int most, String what)
            throws IOException {
        if (count > most) {
            throw broken("at most %d %ss".formatted(most, what), Integer.toString(count));
        }
        return read(
                new Range(offset, (long) count * entryBytes), "its table of %ss".formatted(what));
    }

    /** The bytes of {@code range}, which the caller has seen to be few. */
    ByteBuffer read(Range range, String what) throws IOException {
        if (range.offset() < 0 || range.bytes() < 0 || range.bytes() > size - range.offset()) {
            throw broken(
                    "%s in %d bytes from byte %d on".formatted(what, range.bytes(), range.offset()),
                    "a file of %d bytes".formatted(size));
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(range.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()
                && channel.read(bytes, range.offset() + bytes.position()) >= 0) {
            continue;
        }
        if (bytes.hasRemaining()) {
            throw broken(what, "that the file has become shorter");
        }
        return bytes.flip();
    }

    /** The C string that begins {@code start} bytes into {@code texts}. */
    String text(Range texts, long start, String what) throws IOException {
        if (start < 0 || start >= texts.bytes()) {
            throw broken(
                    "%s in %d bytes of text".formatted(what, texts.bytes()),
                    "that it begins at byte %d".formatted(start));
        }
        int most = (int) Math.min(LONGEST_TEXT, texts.bytes() - start);
        ByteBuffer bytes = read(new Range(texts.offset() + start, most), what);
        for (int end = 0; end < most; end++) {
            if (bytes.get(end) == 0) {
                return new String(bytes.array(), 0, end, StandardCharsets.UTF_8);
            }
        }
        throw broken("%s to end within %d bytes".formatted(what, most), "no end");
    }

    /** One line of what the file should have and what it has. */
    IOException broken(String expected, String found) {
        return new IOException("%s: expected %s, found %s.".formatted(file, expected, found));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
