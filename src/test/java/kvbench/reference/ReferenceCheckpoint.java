package kvbench.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * The float32 tensors of one safetensors file, by name; each call reads the file anew.
 *
 * <p>Trusts the file, which is a test's own: 8 bytes with the header's length, the header in JSON,
 * then the elements, all little-endian.
 */
public final class ReferenceCheckpoint implements Function<String, float[]> {
    private final Path file;
    private final JsonNode header;
    private final long dataStart;

    /**
     * Reads the header of {@code file}.
     *
     * @throws UncheckedIOException if the file cannot be read
     */
    public ReferenceCheckpoint(Path file) {
        this.file = file;
        int headerLength = Math.toIntExact(read(0, Long.BYTES).getLong());
        dataStart = Long.BYTES + headerLength;
        try {
            header = new ObjectMapper().readTree(read(Long.BYTES, headerLength).array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The elements of the tensor {@code name}, rows after rows.
     *
     * @throws IllegalArgumentException if there is no such tensor or it is not float32
     * @throws UncheckedIOException if the file cannot be read
     */
    @Override
    public float[] apply(String name) {
        JsonNode tensor = header.path(name);
        String type = tensor.path("dtype").asText("no such tensor");
        if (!type.equals("F32")) {
            throw new IllegalArgumentException(
                    "%s: expected %s in F32, found %s".formatted(file, name, type));
        }
        long start = tensor.path("data_offsets").path(0).longValue();
        long end = tensor.path("data_offsets").path(1).longValue();
        var elements = new float[Math.toIntExact((end - start) / Float.BYTES)];
        read(dataStart + start, Math.toIntExact(end - start)).asFloatBuffer().get(elements);
        return elements;
    }

    private ByteBuffer read(long position, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        try (var channel = FileChannel.open(file)) {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, position + bytes.position()) < 0) {
                    throw new IOException(file + ": ends before byte " + (position + length));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.flip();
    }
}
