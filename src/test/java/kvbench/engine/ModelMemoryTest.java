package kvbench.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.checkpoint.Checkpoint;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.device.ArenaAllocation;
import kvbench.device.Device;
import kvbench.device.HostDevice;
import kvbench.device.Storage;
import kvbench.generate.Decoder;
import kvbench.generate.Running;
import kvbench.memory.ProcessMemory;
import kvbench.model.ElementType;
import kvbench.model.LlamaConfig;
import kvbench.onnx.GraphExporter;
import kvbench.onnx.GraphForm;
import kvbench.ort.OrtAllocator;
import kvbench.ort.OrtEnvironment;
import kvbench.ort.OrtSession;
import kvbench.ort.OtherJvm;
import kvbench.ort.SessionOptions;
import kvbench.reference.ModelFiles;
import kvbench.reference.RandomWeights;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Estimates against the arena's own statistics. */
class ModelMemoryTest {
    private static final int CONTEXT_LENGTH = 2048;
    private static final int VOCAB_SIZE = 256;

    @TempDir Path folder;

    /** What an arena has in use at its peak, from 0.8 to 1.6 times the estimate. */
    @ParameterizedTest
    @CsvSource({
        // hidden, intermediate, heads, KV heads, head dim
        "256, 704, 8, 2, 32",
        "256, 2816, 8, 2, 32",
        "256, 704, 8, 2, 64",
        "1024, 4096, 16, 4, 64",
    })
    void activationsOfAPassAreNearTheArenasPeak(
            int hidden, int intermediate, int heads, int kvHeads, int headDim) {
        LlamaConfig config = config(hidden, intermediate, heads, kvHeads, headDim);
        writeWeights(config, ElementType.FLOAT32);
        for (CacheStrategy strategy :
                List.of(CacheStrategy.NONE, CacheStrategy.DYNAMIC, CacheStrategy.STATIC)) {
            for (int tokens : new int[] {16, 256, 1024}) {
                long measured = peakBytes(config, strategy, tokens);
                long estimate =
                        new ModelMemory(config, ElementType.FLOAT32, ElementType.FLOAT32)
                                .activationBytes(tokens);
                assertTrue(
                        measured >= 0.8 * estimate && measured <= 1.6 * estimate,
                        "%s, %d tokens: %,d bytes, expected about %,d"
                                .formatted(strategy, tokens, measured, estimate));
            }
        }
    }

    /** Casting makes a copy of the weights that no file backs; mapping makes none. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void loadingTakesThePrivateBytes(ElementType stored) throws Exception {
        Assumptions.assumeFalse(
                Double.isNaN(ProcessMemory.now().privateBytes()),
                "this system does not tell the private memory of a process");
        LlamaConfig config = config(1024, 4096, 16, 4, 64);
        ModelFiles.writeConfig(folder, json(1024, 4096, 16, 4, 64));
        writeWeights(config, stored);
        double measured =
                Double.parseDouble(
                        OtherJvm.run(
                                        Loading.class,
                                        "-D" + Loading.FOLDER + "=" + folder,
                                        "-Xms64m",
                                        "-Xmx64m",
                                        "-XX:+AlwaysPreTouch")
                                .getLast());
        double expected = new ModelMemory(config, stored, ElementType.FLOAT32).privateBytes();
        // What the JVM and the runtime take for themselves comes on top.
        assertTrue(
                measured >= 0.9 * expected && measured <= 1.2 * expected + 20e6,
                "%,.0f bytes, expected about %,.0f".formatted(measured, expected));
    }

    /** Loads a model in a process whose heap neither grows nor shrinks. */
    static final class Loading {
        static final String FOLDER = "kvbench.test.folder";

        private Loading() {}

        public static void main(String[] args) {
            ModelFolder model = ModelFolder.find(System.getProperty(FOLDER));
            try (var engine = new Engine(model, Provider.CPU, 1, Progress.SILENT)) {
                double before = ProcessMemory.now().privateBytes();
                engine.decoder(CacheStrategy.STATIC);
                System.out.println(ProcessMemory.now().privateBytes() - before);
            }
        }
    }

    @Test
    void tellsTheBytesOfTheFilesAndOfACast() {
        LlamaConfig config = config(256, 704, 8, 2, 32);
        long weights = config.parameters();
        long beside = 2048 * 32 * 4 + 2048 * 24 + 256 * 4;
        assertEquals(
                4 * weights,
                new ModelMemory(config, ElementType.FLOAT32, ElementType.FLOAT32).mappedBytes());
        assertEquals(
                beside,
                new ModelMemory(config, ElementType.FLOAT32, ElementType.FLOAT32).privateBytes());
        assertEquals(
                2 * weights,
                new ModelMemory(config, ElementType.BFLOAT16, ElementType.FLOAT32).mappedBytes());
        assertEquals(
                4 * weights + beside,
                new ModelMemory(config, ElementType.BFLOAT16, ElementType.FLOAT32).privateBytes());
    }

    private long peakBytes(LlamaConfig config, CacheStrategy strategy, int tokens) {
        try (var model = new Loaded(config, strategy);
                KvCache cache =
                        strategy.open(
                                config.kvGeometry(ElementType.FLOAT32),
                                new Storage(model.device, new ArenaAllocation(model.allocator)),
                                CONTEXT_LENGTH)) {
            model.decoder.begin(cache);
            long before = model.bytesInUse();
            model.decoder.probe(new int[tokens]);
            // Of a growing cache the present is alive too, which is no activation.
            long present = strategy == CacheStrategy.DYNAMIC ? cache.peakBytes() : 0;
            return model.statistic("MaxInUse") - before - present;
        }
    }

    private void writeWeights(LlamaConfig config, ElementType type) {
        Map<String, List<Integer>> shapes = RandomWeights.shapes(config);
        ModelFiles.writeWeights(
                folder.resolve(Checkpoint.FILE),
                shapes,
                name -> new float[shapes.get(name).stream().reduce(1, (a, b) -> a * b)],
                type);
    }

    private static LlamaConfig config(
            int hidden, int intermediate, int heads, int kvHeads, int headDim) {
        return LlamaConfig.parse(
                json(hidden, intermediate, heads, kvHeads, headDim), "config.json");
    }

    private static String json(int hidden, int intermediate, int heads, int kvHeads, int headDim) {
        return """
        {"model_type": "llama", "hidden_size": %d, "intermediate_size": %d,
         "num_hidden_layers": 2, "num_attention_heads": %d, "num_key_value_heads": %d,
         "head_dim": %d, "vocab_size": %d, "max_position_embeddings": %d,
         "tie_word_embeddings": true}
        """
                .formatted(
                        hidden, intermediate, heads, kvHeads, headDim, VOCAB_SIZE, CONTEXT_LENGTH);
    }

    /** A session as {@link Engine} makes it, its arena in view. */
    private final class Loaded implements AutoCloseable {
        private final OrtEnvironment environment = OrtEnvironment.open();
        private final Device device = new HostDevice();
        private final OrtSession session;
        private final OrtAllocator allocator;
        private final Decoder decoder;

        Loaded(LlamaConfig config, CacheStrategy strategy) {
            byte[] graph =
                    GraphExporter.export(config, Checkpoint.open(folder, config), strategy.graph());
            try (SessionOptions options = SessionOptions.create()) {
                options.threads(1)
                        .withoutMemoryPattern()
                        .graphOptimization(SessionOptions.GraphOptimization.ALL)
                        .config("session.disable_prepacking", "1")
                        .config(
                                "session.model_external_initializers_file_folder_path",
                                folder.toString());
                session = OrtSession.create(environment, graph, options);
            }
            allocator = OrtAllocator.of(session, device.place());
            decoder =
                    new Decoder(
                            session,
                            device,
                            config,
                            GraphForm.exported(strategy.graph()),
                            Running.PLAIN);
        }

        long bytesInUse() {
            return statistic("InUse");
        }

        long statistic(String name) {
            return allocator.statistics().get(name);
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
