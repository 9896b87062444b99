package kvbench.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.model.LlamaConfig;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Seeded random float32 weights for the shape of a Llama, in a safetensors file.
 *
 * <p>Good for speed and memory, not for text: the model is not trained. The same seed, shape and
 * name of a tensor give the same bits everywhere.
 *
 * <p>Standard deviations: 1/sqrt(fan in) for the linear layers and the head, {@value
 * #EMBEDDING_DEVIATION} for the embedding, and norms that are all ones. Hugging Face initialises
 * every matrix with 0.02; in a small model the attention scores are then nearly equal, so that each
 * token attends evenly to all others, and a cache with wrong contents would hardly change a token.
 * With 1/sqrt(fan in) the scores vary about as much as those of a trained model, and a wrong cache
 * shows.
 */
public final class SyntheticCheckpoint {
    private static final double EMBEDDING_DEVIATION = 0.02;

    private static final String SEED_KEY = "kvbench.seed";
    private static final String NOTE_KEY = "kvbench.note";
    private static final String NOTE = "random weights made from a seed; not a trained model";

    /** The data begins at a multiple of this, so that every row of a usual width is aligned. */
    private static final int DATA_ALIGNMENT = 64;

    private SyntheticCheckpoint() {}

    /**
     * Makes {@code file} hold the weights of {@code seed}; does nothing where it does already.
     *
     * <p>Processes that want the same file at once make it once: the others wait. A file appears
     * whole or not at all. Takes a few MB of heap, however large the model is.
     *
     * @throws InputException if the disk has not the space, the folder cannot be written, or the
     *     file is there and was not made by this method
     */
    public static void write(LlamaConfig config, long seed, Path file, Progress progress) {
        byte[] header = header(config, seed);
        long fileBytes = header.length + bytes(config);
        new ExclusiveFile(file)
                .make(
                        fileBytes,
                        () -> isMade(config, seed, file),
                        channel -> {
                            var writer = new ParallelWriter(channel, progress, fileBytes);
                            writer.write(header, tensors(config, seed));
                        });
    }

    /** Bytes of the weights of {@code config} in float32, without the file's header. */
    public static long bytes(LlamaConfig config) {
        return config.parameters() * ElementType.FLOAT32.bytes();
    }

    /** The seed from which {@code file} was made; empty where {@link #write} did not make it. */
    static OptionalLong seedOf(SafetensorsFile file) {
        String seed = file.metadata().get(SEED_KEY);
        if (seed == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(seed));
        } catch (NumberFormatException e) {
            throw InputException.unusable(
                    "%s: expected a whole number as %s, found %s. Delete the file: it is made again."
                            .formatted(file.file(), SEED_KEY, InputException.quote(seed)));
        }
    }

    /**
     * Whether {@code file} is there and holds what {@link #write} would write.
     *
     * @throws InputException if it is there and is not ours to replace
     */
    static boolean isMade(LlamaConfig config, long seed, Path file) {
        if (Files.notExists(file)) {
            return false;
        }
        SafetensorsFile present = SafetensorsFile.open(file);
        OptionalLong presentSeed = seedOf(present);
        if (presentSeed.isEmpty()) {
            throw InputException.unusable(
                    ("%s: expected a file with weights made from a seed, found one with other"
                                    + " weights. Move it away to have them made.")
                            .formatted(file));
        }
        return presentSeed.getAsLong() == seed
                && present.shapes().equals(LlamaWeights.shapes(config));
    }

    private static List<ParallelWriter.Tensor> tensors(LlamaConfig config, long seed) {
        var tensors = new ArrayList<ParallelWriter.Tensor>();
        LlamaWeights.shapes(config)
                .forEach((name, shape) -> tensors.add(tensor(seed, name, shape)));
        return tensors;
    }

    private static ParallelWriter.Tensor tensor(long seed, String name, List<Long> shape) {
        boolean isNorm = shape.size() == 1;
        if (isNorm) {
            return new ParallelWriter.Tensor(
                    shape.getFirst(), (values, count, first) -> Arrays.fill(values, 1f));
        }
        long fanIn = shape.getLast();
        double deviation =
                name.equals(LlamaWeights.EMBEDDING) ? EMBEDDING_DEVIATION : 1 / Math.sqrt(fanIn);
        return new ParallelWriter.Tensor(
                shape.getFirst() * fanIn, SeededValues.of(seed, name, deviation)::fill);
    }

    /** The length field and the header, padded with spaces as the format allows. */
    private static byte[] header(LlamaConfig config, long seed) {
        var root = new LinkedHashMap<String, Object>();
        var metadata = new LinkedHashMap<String, String>();
        metadata.put("format", "pt");
        metadata.put(SEED_KEY, Long.toString(seed));
        metadata.put(NOTE_KEY, NOTE);
        root.put(SafetensorsHeader.METADATA, metadata);
        long offset = 0;
        for (Map.Entry<String, List<Long>> tensor : LlamaWeights.shapes(config).entrySet()) {
            long elements = tensor.getValue().stream().reduce(1L, (a, b) -> a * b);
            long end = offset + elements * ElementType.FLOAT32.bytes();
            var entry = new LinkedHashMap<String, Object>();
            entry.put("dtype", ElementType.FLOAT32.safetensorsName());
            entry.put("shape", tensor.getValue());
            entry.put("data_offsets", List.of(offset, end));
            root.put(tensor.getKey(), entry);
            offset = end;
        }
        byte[] json = json(root);
        int length = SafetensorsFile.LENGTH_BYTES + json.length;
        int padding = Math.floorMod(-length, DATA_ALIGNMENT);
        ByteBuffer header =
                ByteBuffer.allocate(length + padding)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length + padding)
                        .put(json)
                        .put(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
        return header.array();
    }

    private static byte[] json(Map<String, Object> root) {
        try {
            return new ObjectMapper().writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings, lists and numbers is JSON", e);
        }
    }
}
