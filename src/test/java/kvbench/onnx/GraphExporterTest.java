package kvbench.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import kvbench.checkpoint.Checkpoint;
import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.model.LlamaConfig;
import kvbench.reference.LlamaShapes;
import kvbench.reference.ModelFiles;
import kvbench.reference.RandomWeights;
import kvbench.reference.ReferenceLlama;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * An exported file in the hands of a client that knows nothing of this suite: ONNX Runtime's own
 * Java API, past and present passed on by their names.
 */
class GraphExporterTest {
    private static final long SEED = 11;

    /** Of the largest score. */
    private static final double TOLERANCE = 1e-5;

    private static final Path ONE_BILLION = Path.of("models/llama-3.2-1b-shape/config.json");

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void aPrefillGivesTheReferencesScoresOfAllPositions(LlamaShapes shape)
            throws OrtException, IOException {
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);
        int[] tokens = tokens(shape, 33);
        double[][] expected = reference(shape).logits(tokens);
        for (CacheInterface cache : CacheInterface.exported()) {
            try (var client = new Client(shape.config(), write(shape, cache), cache)) {
                float[][][] all = client.run(List.of(tokens), 0);
                assertEquals(1, all.length);
                assertClose(expected, all[0], shape + ", " + cache);
            }
            try (var client = new Client(shape.config(), write(shape, cache), cache)) {
                float[][][] latest = client.run(List.of(tokens), 3);
                assertClose(Arrays.copyOfRange(expected, 30, 33), latest[0], shape + ", " + cache);
            }
        }
    }

    @Test
    void stepsOnTheConcatenatedPresentGiveTheReferencesScores() throws OrtException {
        LlamaShapes shape = LlamaShapes.LLAMA_3_2;
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);
        int[] tokens = tokens(shape, 12);
        double[][] expected = reference(shape).logits(tokens);
        Path file = write(shape, CacheInterface.PAST_PRESENT);
        try (var client = new Client(shape.config(), file, CacheInterface.PAST_PRESENT)) {
            client.run(List.of(Arrays.copyOf(tokens, 9)), 1);
            for (int at = 9; at < 12; at++) {
                float[][][] scores = client.run(List.of(new int[] {tokens[at]}), 1);
                assertClose(new double[][] {expected[at]}, scores[0], "token " + at);
            }
        }
    }

    @Test
    void aBatchIsAsManySequencesOfTheirOwn() throws OrtException {
        LlamaShapes shape = LlamaShapes.GROUPED;
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);
        int[] both = tokens(shape, 20);
        int[] first = Arrays.copyOf(both, 10);
        int[] second = Arrays.copyOfRange(both, 10, 20);
        double[][] ofFirst = reference(shape).logits(first);
        double[][] ofSecond = reference(shape).logits(second);
        Path file = write(shape, CacheInterface.PAST_PRESENT);
        try (var client = new Client(shape.config(), file, CacheInterface.PAST_PRESENT)) {
            float[][][] prefill =
                    client.run(List.of(Arrays.copyOf(first, 9), Arrays.copyOf(second, 9)), 0);
            assertClose(Arrays.copyOf(ofFirst, 9), prefill[0], "first");
            assertClose(Arrays.copyOf(ofSecond, 9), prefill[1], "second");
            float[][][] step = client.run(List.of(new int[] {first[9]}, new int[] {second[9]}), 1);
            assertClose(new double[][] {ofFirst[9]}, step[0], "first");
            assertClose(new double[][] {ofSecond[9]}, step[1], "second");
        }
    }

    @Test
    void weightsAreNeitherReadNorCopied() throws IOException {
        LlamaConfig config = LlamaConfig.parse(Files.readString(ONE_BILLION), "config.json");
        Path weights = folder.resolve(Checkpoint.FILE);
        byte[] header = ModelFiles.header(RandomWeights.shapes(config), ElementType.FLOAT32);
        long dataBytes = config.parameters() * Float.BYTES;
        assertEquals(4_943_257_600L, dataBytes);
        try (var file = new RandomAccessFile(weights.toFile(), "rw")) {
            file.write(header);
            file.setLength(header.length + dataBytes); // a hole, which takes no space
        }
        Checkpoint checkpoint = Checkpoint.open(folder, config);
        Files.delete(weights);

        Path graph = GraphExporter.write(config, checkpoint, CacheInterface.PAST_PRESENT);

        long tables = 2L * config.contextLength() * config.headDim() / 2 * Float.BYTES;
        long rest = Files.size(graph) - tables;
        assertTrue(rest > 0 && rest < 200_000, "bytes beside the rotation's tables: " + rest);
    }

    @Test
    void eachInterfaceHasAFileBesideTheWeightsAndNothingElseIsLeft() throws IOException {
        LlamaShapes shape = LlamaShapes.GROUPED;
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);

        assertEquals(folder.resolve("model.onnx"), write(shape, CacheInterface.PAST_PRESENT));
        assertEquals(folder.resolve("model_without_cache.onnx"), write(shape, CacheInterface.NONE));
        for (CacheInterface graph : CacheInterface.values()) {
            if (!CacheInterface.exported().contains(graph)) {
                IllegalStateException refused =
                        assertThrows(IllegalStateException.class, () -> write(shape, graph));
                assertEquals(graph + " is not a graph for other clients", refused.getMessage());
            }
        }
        write(shape, CacheInterface.PAST_PRESENT);

        assertEquals(
                List.of(
                        "config.json",
                        "model.onnx",
                        "model.safetensors",
                        "model_without_cache.onnx"),
                contents());
    }

    @Test
    void theSameModelGivesTheSameBytes() {
        LlamaShapes shape = LlamaShapes.LLAMA_3_2;
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.BFLOAT16);
        Checkpoint checkpoint = Checkpoint.open(folder, shape.config());

        assertArrayEquals(
                GraphExporter.export(shape.config(), checkpoint, CacheInterface.PAST_PRESENT),
                GraphExporter.export(shape.config(), checkpoint, CacheInterface.PAST_PRESENT));
    }

    @Test
    void aFileThatCannotBeWrittenIsNamedAndNothingIsLeft() throws IOException {
        LlamaShapes shape = LlamaShapes.GROUPED;
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);
        Files.createDirectories(folder.resolve("model.onnx").resolve("not empty"));

        var complaint =
                assertThrows(InputException.class, () -> write(shape, CacheInterface.PAST_PRESENT));

        assertEquals(false, complaint.isWrongUse());
        assertEquals(
                "%s: expected to write the graph there, found that it cannot be written (%s). External data must lie beside the graph: copy the model to a folder of yours."
                        .formatted(folder.resolve("model.onnx"), complaint.getCause()),
                complaint.getMessage());
        assertEquals(List.of("config.json", "model.onnx", "model.safetensors"), contents());
    }

    private Path write(LlamaShapes shape, CacheInterface cache) {
        Checkpoint checkpoint = Checkpoint.open(folder, shape.config());
        return GraphExporter.write(shape.config(), checkpoint, cache);
    }

    private List<String> contents() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static ReferenceLlama reference(LlamaShapes shape) {
        return new ReferenceLlama(shape.config(), shape.weights(SEED));
    }

    private static int[] tokens(LlamaShapes shape, int count) {
        return new Random(SEED).ints(count, 0, shape.config().vocabSize()).toArray();
    }

    private static void assertClose(double[][] expected, float[][] found, String where) {
        assertEquals(expected.length, found.length, where);
        for (int position = 0; position < expected.length; position++) {
            assertEquals(expected[position].length, found[position].length, where);
            double largest = Arrays.stream(expected[position]).map(Math::abs).max().orElseThrow();
            for (int token = 0; token < expected[position].length; token++) {
                assertEquals(
                        expected[position][token],
                        found[position][token],
                        TOLERANCE * largest,
                        "%s, position %d, token %d, seed %d"
                                .formatted(where, position, token, SEED));
            }
        }
    }

    /** Runs an exported file pass after pass; what came out as present goes in as past. */
    private static final class Client implements AutoCloseable {
        private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
        private final LlamaConfig config;
        private final CacheInterface cache;
        private final OrtSession session;
        private final Map<String, OnnxTensor> present = new HashMap<>();
        private int length;

        Client(LlamaConfig config, Path file, CacheInterface cache) throws OrtException {
            this.config = config;
            this.cache = cache;
            this.session = environment.createSession(file.toString());
        }

        /** Scores of the latest {@code kept} positions: [batch][kept][vocabulary]. */
        float[][][] run(List<int[]> batch, int kept) throws OrtException {
            int tokens = batch.getFirst().length;
            var inputs = new HashMap<String, OnnxTensor>();
            inputs.put(
                    "input_ids",
                    longs(batch.stream().map(row -> Arrays.stream(row).asLongStream())));
            inputs.put(
                    "attention_mask",
                    longs(
                            batch.stream()
                                    .map(row -> LongStream.range(0, length + tokens).map(i -> 1))));
            inputs.put(
                    "position_ids",
                    longs(batch.stream().map(row -> LongStream.range(length, length + tokens))));
            inputs.put("num_logits_to_keep", OnnxTensor.createTensor(environment, (long) kept));
            for (int layer = 0; cache.isCached() && layer < config.layers(); layer++) {
                for (String part : List.of(".key", ".value")) {
                    inputs.put(
                            "past_key_values." + layer + part,
                            past("present." + layer + part, batch.size()));
                }
            }
            if (cache.isMasked()) {
                inputs.put("attention_bias", zeros(1, 1, tokens, length + tokens));
            }
            OrtSession.Result result = session.run(inputs);
            inputs.values().forEach(OnnxTensor::close);
            present.clear();
            result.forEach(output -> present.put(output.getKey(), (OnnxTensor) output.getValue()));
            length += tokens;
            try (OnnxTensor logits = present.remove("logits")) {
                return (float[][][]) logits.getValue();
            }
        }

        private OnnxTensor zeros(int... shape) throws OrtException {
            int elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
            return OnnxTensor.createTensor(
                    environment,
                    FloatBuffer.allocate(elements),
                    Arrays.stream(shape).asLongStream().toArray());
        }

        private OnnxTensor past(String name, int batch) throws OrtException {
            if (present.containsKey(name)) {
                return present.get(name);
            }
            long[] empty = {batch, config.kvHeads(), 0, config.headDim()};
            return OnnxTensor.createTensor(environment, FloatBuffer.allocate(0), empty);
        }

        private OnnxTensor longs(Stream<LongStream> rows) throws OrtException {
            return OnnxTensor.createTensor(
                    environment, rows.map(LongStream::toArray).toArray(long[][]::new));
        }

        @Override
        public void close() throws OrtException {
            present.values().forEach(OnnxTensor::close);
            session.close();
        }
    }
}
