package kvbench.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kvbench.model.InputException;
import kvbench.model.LlamaConfig;

import org.junit.jupiter.api.function.Executable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Small models and broken files for the tests of this package. */
final class TestFiles {
    /** 2 layers, so that names of several layers occur, in a few kilobytes. */
    static final String TINY_CONFIG =
            """
            {"model_type": "llama", "hidden_size": 16, "intermediate_size": 24,
             "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1,
             "head_dim": 8, "vocab_size": 40, "max_position_embeddings": 64,
             "tie_word_embeddings": true}\
            """;

    static final LlamaConfig TINY = LlamaConfig.parse(TINY_CONFIG, "config.json");

    private TestFiles() {}

    /** Writes a safetensors file: the length of the header, the header, then zeros as data. */
    static Path safetensors(Path file, String header, int dataBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return write(file, prefixed(json.length, json, dataBytes));
    }

    static byte[] prefixed(long length, byte[] header, int dataBytes) {
        return ByteBuffer.allocate(Long.BYTES + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(header)
                .array();
    }

    static Path write(Path file, byte[] bytes) {
        try {
            Files.createDirectories(file.getParent());
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path write(Path file, String text) {
        return write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes zeros of {@code dtype} (with {@code width} bytes each) for {@code shapes}. */
    static Path zeros(Path file, Map<String, List<Long>> shapes, String dtype, int width) {
        var header = new StringBuilder("{");
        long offset = 0;
        for (Map.Entry<String, List<Long>> tensor : shapes.entrySet()) {
            long end = offset + width * tensor.getValue().stream().reduce(1L, (a, b) -> a * b);
            header.append(header.length() == 1 ? "" : ",")
                    .append(entry(tensor.getKey(), dtype, tensor.getValue(), offset, end));
            offset = end;
        }
        return safetensors(file, header + "}", (int) offset);
    }

    static String entry(String name, String dtype, List<Long> shape, long begin, long end) {
        String sizes = shape.stream().map(String::valueOf).collect(Collectors.joining(","));
        return "\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
                .formatted(name, dtype, sizes, begin, end);
    }

    static void assertUnusable(String message, Executable executable) {
        var complaint = assertThrows(InputException.class, executable);
        assertEquals(message, complaint.getMessage());
        assertEquals(false, complaint.isWrongUse());
    }
}
