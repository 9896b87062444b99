package kvbench.natives;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a shared library says to the loader of Linux: its own name, and the libraries that it needs.
 *
 * @param processor {@link Platform#X64}, {@link Platform#ARM64}, or {@code machine N} of ELF
 * @param name its {@code DT_SONAME}, under which others find it once it is loaded, or ""
 * @param needed its {@code DT_NEEDED}, in its own order
 */
public record ElfNeeded(String processor, String name, List<String> needed) {
    private static final int LOAD = 1;
    private static final int DYNAMIC = 2;

    /** Tags of {@code Elf64_Dyn}. */
    private static final long END = 0;

    private static final long NEEDED = 1;
    private static final long TEXTS = 5;
    private static final long TEXT_BYTES = 10;
    private static final long NAME = 14;

    private static final int ENTRY_BYTES = 16;

    /** Libraries have about thirty entries. */
    private static final int MOST_ENTRIES = 4096;

    private static final int X86_64 = 62;
    private static final int AARCH64 = 183;

    public ElfNeeded {
        needed = List.copyOf(needed);
    }

    /**
     * Reads the library's dynamic section.
     *
     * @throws IOException if the file cannot be read, is no ELF library or is broken, in one line
     */
    public static ElfNeeded of(Path library) throws IOException {
        try (ElfImage image = ElfImage.open(library)) {
            List<ElfImage.Segment> segments = image.segments();
            for (ElfImage.Segment segment : segments) {
                if (segment.type() == DYNAMIC) {
                    return read(image, segments, segment.range());
                }
            }
            throw image.broken("a shared library", "a file without a dynamic section");
        }
    }

    private static ElfNeeded read(
            ElfImage image, List<ElfImage.Segment> segments, ElfImage.Range dynamic)
            throws IOException {
        if (dynamic.bytes() > MOST_ENTRIES * ENTRY_BYTES) {
            throw image.broken(
                    "a dynamic section of at most %d entries".formatted(MOST_ENTRIES),
                    "%d bytes".formatted(dynamic.bytes()));
        }
        ByteBuffer entries = image.read(dynamic, "its dynamic section");
        var needed = new ArrayList<Long>();
        var own = new ArrayList<Long>();
        long texts = 0;
        long textBytes = 0;
        for (int start = 0; start + ENTRY_BYTES <= entries.limit(); start += ENTRY_BYTES) {
            long tag = entries.getLong(start);
            long value = entries.getLong(start + Long.BYTES);
            if (tag == END) {
                break;
            } else if (tag == NEEDED) {
                needed.add(value);
            } else if (tag == NAME) {
                own.add(value);
            } else if (tag == TEXTS) {
                texts = value;
            } else if (tag == TEXT_BYTES) {
                textBytes = value;
            }
        }
        var range = new ElfImage.Range(offset(image, segments, texts), textBytes);
        var names = new ArrayList<String>();
        for (long start : needed) {
            names.add(image.text(range, start, "the name of a needed library"));
        }
        return new ElfNeeded(
                processor(image.machine()),
                own.isEmpty() ? "" : image.text(range, own.getFirst(), "its own name"),
                names);
    }

    /** Where in the file that lies which comes to lie at {@code address}. */
    private static long offset(ElfImage image, List<ElfImage.Segment> segments, long address)
            throws IOException {
        for (ElfImage.Segment segment : segments) {
            long into = address - segment.address();
            if (segment.type() == LOAD && into >= 0 && into < segment.range().bytes()) {
                return segment.range().offset() + into;
            }
        }
        throw image.broken("its texts in one of its segments", "them in none");
    }

    private static String processor(int machine) {
        return switch (machine) {
            case X86_64 -> Platform.X64;
            case AARCH64 -> Platform.ARM64;
            default -> "machine " + machine;
        };
    }
}
