package kvbench.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

class ReferenceCheckpointTest {
    private static final String HEADER =
            """
            {"__metadata__": {"format": "pt"},
             "b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]},
             "a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
             "half": {"dtype": "F16", "shape": [2], "data_offsets": [12, 16]}}
            """;

    @TempDir Path folder;

    @Test
    void readsEachTensorFromItsOffsets() throws IOException {
        var checkpoint = new ReferenceCheckpoint(write(HEADER, 1.5f, -2, 0.1f, 0));

        assertArrayEquals(new float[] {1.5f}, checkpoint.apply("a"));
        assertArrayEquals(new float[] {-2, 0.1f}, checkpoint.apply("b"));
    }

    @Test
    void refusesATensorThatIsMissingOrNotFloat32() throws IOException {
        Path file = write(HEADER, 1, 2, 3, 4);
        var checkpoint = new ReferenceCheckpoint(file);

        assertEquals(
                file + ": expected c in F32, found no such tensor",
                assertThrows(IllegalArgumentException.class, () -> checkpoint.apply("c"))
                        .getMessage());
        assertEquals(
                file + ": expected half in F32, found F16",
                assertThrows(IllegalArgumentException.class, () -> checkpoint.apply("half"))
                        .getMessage());
    }

    @Test
    void refusesAFileThatEndsEarly() throws IOException {
        Path file = write(HEADER, 1, 2);
        var checkpoint = new ReferenceCheckpoint(file);
        long size = Files.size(file);

        assertEquals(
                "java.io.IOException: " + file + ": ends before byte " + (size + 4),
                assertThrows(UncheckedIOException.class, () -> checkpoint.apply("b")).getMessage());
    }

    @Test
    void readsTheTensorsOfATrainedModel() {
        Path folder = SharedModels.folder(SharedModels.STORIES_260K);
        var checkpoint = new ReferenceCheckpoint(folder.resolve("model.safetensors"));

        assertEquals(512 * 64, checkpoint.apply("model.embed_tokens.weight").length);
        assertEquals(172 * 64, checkpoint.apply("model.layers.4.mlp.down_proj.weight").length);
    }

    private Path write(String header, float... elements) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(Long.BYTES + json.length + Float.BYTES * elements.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length)
                        .put(json);
        for (float element : elements) {
            bytes.putFloat(element);
        }
        return Files.write(folder.resolve("model.safetensors"), bytes.array());
    }
}
