package kvbench.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.checkpoint.Checkpoint;
import kvbench.device.ArenaAllocation;
import kvbench.device.HostDevice;
import kvbench.device.Storage;
import kvbench.generate.Decoder;
import kvbench.generate.Running;
import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.model.KvGeometry;
import kvbench.model.LlamaConfig;
import kvbench.onnx.CacheInterface;
import kvbench.onnx.GraphExporter;
import kvbench.onnx.GraphForm;
import kvbench.onnx.Quantisation;
import kvbench.onnx.Quantisation.Granularity;
import kvbench.ort.OrtAllocator;
import kvbench.ort.OrtEnvironment;
import kvbench.ort.OrtSession;
import kvbench.ort.SessionOptions;
import kvbench.reference.LlamaShapes;
import kvbench.reference.ModelFiles;
import kvbench.reference.ReferenceCheckpoint;
import kvbench.reference.ReferenceLlama;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** What is cached in 8 and in 4 bits is what a quantiser in plain Java makes of it. */
class QuantisedCacheTest {
    private static final long SEED = 23;
    private static final int[] CALIBRATION = {3, 14, 15, 9, 26, 5, 35, 8, 9, 7, 9, 32, 38, 46};
    private static final int[] PROMPT = {11, 5, 60, 7, 33};
    private static final int[] STEPS = {42, 17, 3, 3, 58};
    private static final int CAPACITY = 32;

    /** Of the largest score: float32 against doubles, and roundings that fall the other way. */
    private static final double TOLERANCE = 2e-3;

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "GROUPED, int8", "GROUPED, int8:tensor", "GROUPED, int4", "GROUPED, int4:tensor",
        "LLAMA_3_2, int8", "LLAMA_3_2, int8:tensor", "LLAMA_3_2, int4", "LLAMA_3_2, int4:tensor",
        "MULTI_QUERY, int8", "MULTI_HEAD, int4",
    })
    void scoresAreThoseOfAPlainQuantiser(LlamaShapes shape, String name) {
        CacheStrategy strategy = CacheStrategy.parse(name);
        Quantisation quantisation = strategy.graph().quantisation().orElseThrow();
        KvScales scales = scales(shape, quantisation);
        var reference = reference(shape);
        reference.cacheAs(new Rounding(scales));
        try (var model = new Model(shape, strategy.graph());
                KvCache cache =
                        strategy.open(
                                model.geometry, model.storage, CAPACITY, Optional.of(scales))) {
            model.decoder.begin(cache);
            model.decoder.prefill(PROMPT);
            int[] text = PROMPT;
            assertScores(reference, text, model.decoder.logits(), name);
            for (int token : STEPS) {
                model.decoder.step(token);
                text = Arrays.copyOf(text, text.length + 1);
                text[text.length - 1] = token;
                assertScores(reference, text, model.decoder.logits(), name);
            }
            model.decoder.rewindTo(3);
            model.decoder.prefill(new int[] {8, 9});
            assertScores(reference, new int[] {11, 5, 60, 8, 9}, model.decoder.logits(), name);
            assertEquals(
                    model.geometry.bytes(CAPACITY) * quantisation.bits() / Float.SIZE,
                    cache.heldBytes());
            assertEquals(cache.heldBytes(), cache.peakBytes());
            assertEquals(0, cache.copiedBytes());
        }
    }

    @ParameterizedTest
    @CsvSource({"TENSOR, 1", "CHANNEL, 16"})
    void scalesLeaveRoomBeyondTheLargestElementOfTheirText(Granularity granularity, int count) {
        KvScales scales = scales(LlamaShapes.GROUPED, new Quantisation(8, granularity));
        double[][] largest = largest(LlamaShapes.GROUPED);
        for (int i = 0; i < largest.length; i++) {
            assertEquals(count, scales.scales()[i].length);
            double most = Arrays.stream(largest[i]).max().orElseThrow();
            for (int channel = 0; channel < count; channel++) {
                assertEquals(
                        1.1 * (count == 1 ? most : largest[i][channel]) / 127,
                        scales.scales()[i][channel],
                        1e-6);
            }
        }
    }

    @Test
    void withoutScalesThereIsNoCache() {
        try (var model = new Model(LlamaShapes.GROUPED, CacheInterface.INT8_CHANNEL)) {
            IllegalStateException refused =
                    assertThrows(
                            IllegalStateException.class,
                            () ->
                                    CacheStrategy.parse("int8")
                                            .open(model.geometry, model.storage, CAPACITY));
            assertEquals("expected scales for int8, found none", refused.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    int8:row      | strategy "int8:row": expected tensor or channel, found "row".
                    int4:channel:2 | strategy "int4:channel:2": expected int4:GRANULARITY, found 2 settings.
                    """)
    void refusesSettingsThatItDoesNotTake(String strategy, String message) {
        InputException refused =
                assertThrows(InputException.class, () -> CacheStrategy.parse(strategy));
        assertEquals(message, refused.getMessage());
    }

    /** To the nearest multiple of a scale, no larger than there is. */
    private record Rounding(KvScales scales) implements ReferenceLlama.Cached {
        @Override
        public double[] key(int layer, double[] key) {
            return rounded(key, scales.scales()[2 * layer]);
        }

        @Override
        public double[] value(int layer, double[] value) {
            return rounded(value, scales.scales()[2 * layer + 1]);
        }

        private double[] rounded(double[] elements, float[] of) {
            var rounded = new double[elements.length];
            int largest = scales.quantisation().largest();
            for (int i = 0; i < elements.length; i++) {
                double scale = of[of.length == 1 ? 0 : i];
                double multiple = Math.rint(elements[i] / scale);
                // The operator uses the number below the smallest of a symmetric range, too.
                rounded[i] = Math.clamp(multiple, -largest - 1, largest) * scale;
            }
            return rounded;
        }
    }

    /** Keys and values that pass by: the largest magnitude of each channel, layer by layer. */
    private double[][] largest(LlamaShapes shape) {
        var largest = new double[2 * shape.config().layers()][shape.config().kvWidth()];
        var reference = reference(shape);
        reference.cacheAs(
                new ReferenceLlama.Cached() {
                    @Override
                    public double[] key(int layer, double[] key) {
                        return seen(2 * layer, key);
                    }

                    @Override
                    public double[] value(int layer, double[] value) {
                        return seen(2 * layer + 1, value);
                    }

                    private double[] seen(int of, double[] elements) {
                        for (int i = 0; i < elements.length; i++) {
                            largest[of][i] = Math.max(largest[of][i], Math.abs(elements[i]));
                        }
                        return elements;
                    }
                });
        reference.logits(CALIBRATION);
        return largest;
    }

    private KvScales scales(LlamaShapes shape, Quantisation quantisation) {
        try (var model = new Model(shape, CacheInterface.PAST_PRESENT);
                var cache =
                        new StaticCache(model.geometry, model.storage, CALIBRATION.length + 3)) {
            model.decoder.begin(cache);
            model.decoder.prefill(CALIBRATION);
            return KvScales.of(cache, quantisation);
        }
    }

    private ReferenceLlama reference(LlamaShapes shape) {
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);
        return new ReferenceLlama(
                shape.config(), new ReferenceCheckpoint(folder.resolve(Checkpoint.FILE)));
    }

    private static void assertScores(
            ReferenceLlama reference, int[] text, float[] found, String name) {
        double[] expected = reference.logits(text)[text.length - 1];
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int token = 0; token < expected.length; token++) {
            assertTrue(
                    Math.abs(expected[token] - found[token]) <= TOLERANCE * largest,
                    "%s, text of %d, token %d: expected %s, found %s, seed %d"
                            .formatted(
                                    name, text.length, token, expected[token], found[token], SEED));
        }
    }

    /** A model whose graph has one form of cache. */
    private final class Model implements AutoCloseable {
        private final OrtEnvironment environment = OrtEnvironment.open();
        private final HostDevice device = new HostDevice();
        private final OrtSession session;
        private final OrtAllocator allocator;
        private final Decoder decoder;
        private final KvGeometry geometry;
        private final Storage storage;

        Model(LlamaShapes shape, CacheInterface graph) {
            LlamaConfig config = shape.config();
            ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);
            GraphForm form = GraphForm.exported(graph);
            byte[] model = GraphExporter.export(config, Checkpoint.open(folder, config), form);
            try (SessionOptions options = SessionOptions.create()) {
                options.threads(1)
                        .withoutMemoryPattern()
                        .config(
                                "session.model_external_initializers_file_folder_path",
                                folder.toString());
                session = OrtSession.create(environment, model, options);
            }
            allocator = OrtAllocator.of(session, device.place());
            decoder = new Decoder(session, device, config, form, Running.PLAIN);
            geometry = config.kvGeometry(ElementType.FLOAT32);
            storage = new Storage(device, new ArenaAllocation(allocator));
        }

        @Override
        public void close() {
            decoder.close();
            allocator.close();
            session.close();
            device.close();
            environment.close();
        }
    }
}
