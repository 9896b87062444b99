package kvbench.checkpoint;

import kvbench.model.ElementType;
import kvbench.model.InputException;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/**
 * A safetensors file whose header has been read and checked.
 *
 * <p>The tensors themselves are not read: {@link StoredTensor#map} maps one. The file is not kept
 * open. Time and memory are bounded by the length of the header, which the format bounds.
 *
 * <p>Source: the format description of the safetensors project: 8 bytes with the length of the
 * header (little-endian), the header (a JSON object in UTF-8), then the data, which the tensors
 * cover without overlaps and holes.
 */
public final class SafetensorsFile {
    /** The format's own limit. */
    static final long LARGEST_HEADER = 100_000_000;

    static final int LENGTH_BYTES = 8;

    /** What a clone without Git LFS leaves in the place of a large file begins with this. */
    private static final byte[] GIT_LFS_POINTER = "version ".getBytes(StandardCharsets.US_ASCII);

    private final Path file;
    private final long dataStart;
    private final SafetensorsHeader header;

    private SafetensorsFile(Path file, long dataStart, SafetensorsHeader header) {
        this.file = file;
        this.dataStart = dataStart;
        this.header = header;
    }

    /**
     * Reads and checks the header of {@code file}.
     *
     * @throws InputException if the file cannot be read, is truncated, or its header is not one, or
     *     its tensors do not cover the data exactly
     */
    public static SafetensorsFile open(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            long headerBytes = headerBytes(file, channel, size);
            byte[] header = read(channel, LENGTH_BYTES, (int) headerBytes);
            long dataStart = LENGTH_BYTES + headerBytes;
            return new SafetensorsFile(
                    file,
                    dataStart,
                    SafetensorsHeader.parse(file.toString(), header, size - dataStart));
        } catch (IOException e) {
            throw InputFile.unreadable(file, e);
        }
    }

    public Path file() {
        return file;
    }

    /** The file's {@code __metadata__}; empty where it has none. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** Names of the tensors, in the order of the header. */
    public SequencedSet<String> names() {
        return header.entries().sequencedKeySet();
    }

    /** Shape of each tensor, the outermost dimension first. */
    public Map<String, List<Long>> shapes() {
        return header.entries().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().shape()));
    }

    /**
     * The tensor called {@code name}.
     *
     * @throws InputException if there is none, or its elements have a type that this suite cannot
     *     read: other tensors of the file can still be used
     */
    public StoredTensor tensor(String name) {
        SafetensorsHeader.Entry entry = header.entries().get(name);
        if (entry == null) {
            throw InputException.unusable(
                    ("%s: expected a tensor %s, found none of that name among %d. Use a checkpoint"
                                    + " that holds it.")
                            .formatted(file, InputException.quote(name), header.entries().size()));
        }
        ElementType type = entry.type().orElseThrow(() -> unknownType(name, entry.dtype()));
        return new StoredTensor(
                name,
                file,
                type,
                entry.shape(),
                dataStart + entry.begin(),
                entry.end() - entry.begin());
    }

    private InputException unknownType(String name, String dtype) {
        String readable =
                Arrays.stream(ElementType.values())
                        .map(ElementType::safetensorsName)
                        .collect(Collectors.joining(", "));
        return InputException.unusable(
                ("%s: tensor %s: expected elements of type %s, found %s. Use a checkpoint in one of"
                                + " these types.")
                        .formatted(
                                file,
                                InputException.quote(name),
                                readable,
                                InputException.quote(dtype)));
    }

    private static long headerBytes(Path file, FileChannel channel, long size) throws IOException {
        if (size < LENGTH_BYTES) {
            throw SafetensorsHeader.broken(
                    file.toString(), "at least " + LENGTH_BYTES + " bytes", size + " bytes");
        }
        byte[] prefix = read(channel, 0, LENGTH_BYTES);
        if (Arrays.equals(prefix, GIT_LFS_POINTER)) {
            throw InputException.unusable(
                    "%s: expected a safetensors file, found a Git LFS pointer. Run: git lfs pull"
                            .formatted(file));
        }
        long bytes = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (Long.compareUnsigned(bytes, LARGEST_HEADER) > 0) {
            throw SafetensorsHeader.broken(
                    file.toString(),
                    "a header of at most " + LARGEST_HEADER + " bytes",
                    "one of " + Long.toUnsignedString(bytes));
        }
        if (bytes > size - LENGTH_BYTES) {
            throw SafetensorsHeader.truncated(file.toString(), LENGTH_BYTES + bytes, size);
        }
        return bytes;
    }

    private static byte[] read(FileChannel channel, long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, offset + bytes.position()) < 0) {
                throw new EOFException("the file became shorter while it was read");
            }
        }
        return bytes.array();
    }
}
