package kvbench.natives;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The GPUs that a library has device code for.
 *
 * <p>Read from section {@code .nv_fatbin}: containers, one behind the other, of entries that each
 * tell their kind and their target. NVIDIA documents its tool for them ({@code cuobjdump}), not
 * their form: a section of another form tells nothing.
 *
 * @param machine compute capabilities with machine code, as 90 for 9.0
 * @param ptx compute capabilities with the portable code that a driver can translate for later ones
 */
public record CudaCode(SortedSet<Integer> machine, SortedSet<Integer> ptx) {
    private static final String SECTION = ".nv_fatbin";
    private static final int MAGIC = 0xBA55ED50;

    private static final int CONTAINER_HEADER = 16;

    /** As much of an entry as is read. */
    private static final int ENTRY_HEADER = 32;

    private static final int KIND_PTX = 1;
    private static final int KIND_MACHINE = 2;

    /** Containers lie at multiples of it. */
    private static final int ALIGNMENT = 8;

    /** Containers and entries; ONNX Runtime's providers have some two thousand. */
    private static final int MOST_ENTRIES = 200_000;

    private static final int TENS = 10;

    public CudaCode {
        machine = Collections.unmodifiableSortedSet(new TreeSet<>(machine));
        ptx = Collections.unmodifiableSortedSet(new TreeSet<>(ptx));
    }

    /** Device code of {@code library}, or empty where the file does not tell of any. */
    public static Optional<CudaCode> of(Path library) {
        try (ElfImage image = ElfImage.open(library)) {
            Optional<ElfImage.Range> section = image.section(SECTION);
            if (section.isEmpty()) {
                return Optional.empty();
            }
            return new Walk(image, section.get()).whole().filter(CudaCode::isSome);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private boolean isSome() {
        return !machine.isEmpty() || !ptx.isEmpty();
    }

    /**
     * Whether a device of {@code capability} can run it: machine code runs on later devices of the
     * same generation, portable code on all later ones.
     */
    public boolean runsOn(int capability) {
        return machine.stream()
                        .anyMatch(
                                code ->
                                        code / TENS == capability / TENS
                                                && code % TENS <= capability % TENS)
                || ptx.stream().anyMatch(code -> code <= capability);
    }

    /** Its capabilities in NVIDIA's words: {@code 8.0, 9.0}. */
    @Override
    public String toString() {
        var all = new TreeSet<>(machine);
        all.addAll(ptx);
        return all.stream()
                .map(code -> "%d.%d".formatted(code / TENS, code % TENS))
                .collect(Collectors.joining(", "));
    }

    /** One walk through a section. */
    private static final class Walk {
        private final ElfImage image;
        private final long end;
        private long at;
        private int entries;
        private final SortedSet<Integer> machine = new TreeSet<>();
        private final SortedSet<Integer> ptx = new TreeSet<>();

        Walk(ElfImage image, ElfImage.Range section) {
            this.image = image;
            this.at = section.offset();
            this.end = section.offset() + section.bytes();
        }

        /** What all containers hold, or empty where one is not as expected. */
        Optional<CudaCode> whole() throws IOException {
            while (end - at >= CONTAINER_HEADER) {
                ByteBuffer header = read(CONTAINER_HEADER);
                if (++entries > MOST_ENTRIES) {
                    return Optional.empty();
                }
                if (header.getInt(0) == 0) {
                    at += ALIGNMENT;
                    continue;
                }
                long bytes = header.getLong(8);
                int headerBytes = Short.toUnsignedInt(header.getShort(6));
                if (header.getInt(0) != MAGIC
                        || headerBytes < CONTAINER_HEADER
                        || bytes < 0
                        || bytes > end - at - headerBytes) {
                    return Optional.empty();
                }
                at += headerBytes;
                if (!container(at + bytes)) {
                    return Optional.empty();
                }
            }
            return Optional.of(new CudaCode(machine, ptx));
        }

        private boolean container(long containerEnd) throws IOException {
            while (at < containerEnd) {
                if (containerEnd - at < ENTRY_HEADER || ++entries > MOST_ENTRIES) {
                    return false;
                }
                ByteBuffer entry = read(ENTRY_HEADER);
                long headerBytes = Integer.toUnsignedLong(entry.getInt(4));
                long bytes = entry.getLong(8);
                if (headerBytes < ENTRY_HEADER
                        || bytes < 0
                        || bytes > containerEnd - at - headerBytes) {
                    return false;
                }
                int kind = Short.toUnsignedInt(entry.getShort(0));
                if (kind == KIND_MACHINE) {
                    machine.add(entry.getInt(28));
                } else if (kind == KIND_PTX) {
                    ptx.add(entry.getInt(28));
                }
                at += headerBytes + bytes;
            }
            return true;
        }

        private ByteBuffer read(int bytes) throws IOException {
            return image.read(new ElfImage.Range(at, bytes), SECTION);
        }
    }
}
