package kvbench.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.checkpoint.Checkpoint;
import kvbench.generate.Decoder;
import kvbench.model.ElementType;
import kvbench.model.LlamaConfig;
import kvbench.onnx.GraphExporter;
import kvbench.ort.MemoryPlace;
import kvbench.ort.OrtAllocator;
import kvbench.ort.OrtEnvironment;
import kvbench.ort.OrtSession;
import kvbench.ort.SessionOptions;
import kvbench.reference.ModelFiles;
import kvbench.reference.RandomWeights;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        "256, 704, 8, 8, 32",
        "512, 704, 16, 2, 32",
        "256, 2816, 8, 2, 32",
        "256, 704, 8, 2, 64",
        "1024, 4096, 16, 4, 64",
    })
    void activationsOfAPassAreNearTheArenasPeak(
            int hidden, int intermediate, int heads, int kvHeads, int headDim) {
        LlamaConfig config = config(hidden, intermediate, heads, kvHeads, headDim);
        for (CacheStrategy strategy : CacheStrategy.values()) {
            for (int tokens : new int[] {16, 256, 1024}) {
                long measured = peakBytes(config, strategy, tokens);
                long estimate =
                        new ModelMemory(config, ElementType.FLOAT32).activationBytes(tokens);
                assertTrue(
                        measured >= 0.8 * estimate && measured <= 1.6 * estimate,
                        "%s, %d tokens: %,d bytes, expected about %,d"
                                .formatted(strategy, tokens, measured, estimate));
            }
        }
    }

    /** The arena after loading holds what no file backs but the decoder's buffers. */
    @ParameterizedTest
    @CsvSource({"FLOAT32, 32", "FLOAT32, 64", "BFLOAT16, 32", "FLOAT16, 64"})
    void aLoadedSessionHoldsThePrivateBytes(ElementType stored, int headDim) {
        LlamaConfig config = config(128, 512, 8, 2, headDim);
        writeWeights(config, stored);
        long decoder = CONTEXT_LENGTH * 3 * 8L + VOCAB_SIZE * 4L;
        long expected = new ModelMemory(config, stored).privateBytes() - decoder;
        for (CacheStrategy strategy : CacheStrategy.values()) {
            try (var model = new Loaded(config, strategy)) {
                assertEquals(
                        1.0,
                        (double) model.bytesInUse() / expected,
                        0.1,
                        "%,d bytes, expected about %,d".formatted(model.bytesInUse(), expected));
            }
        }
    }

    @Test
    void tellsTheBytesOfTheFilesAndOfACast() {
        LlamaConfig config = config(256, 704, 8, 2, 32);
        long weights = config.parameters();
        long beside = 2048 * 32 * 4 + 2048 * 24 + 256 * 4;
        assertEquals(4 * weights, new ModelMemory(config, ElementType.FLOAT32).mappedBytes());
        assertEquals(beside, new ModelMemory(config, ElementType.FLOAT32).privateBytes());
        assertEquals(2 * weights, new ModelMemory(config, ElementType.BFLOAT16).mappedBytes());
        assertEquals(
                4 * weights + beside, new ModelMemory(config, ElementType.BFLOAT16).privateBytes());
    }

    private long peakBytes(LlamaConfig config, CacheStrategy strategy, int tokens) {
        writeWeights(config, ElementType.FLOAT32);
        try (var model = new Loaded(config, strategy);
                KvCache cache =
                        strategy.open(
                                config.kvGeometry(ElementType.FLOAT32),
                                model.allocator,
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
                """
                {"model_type": "llama", "hidden_size": %d, "intermediate_size": %d,
                 "num_hidden_layers": 2, "num_attention_heads": %d, "num_key_value_heads": %d,
                 "head_dim": %d, "vocab_size": %d, "max_position_embeddings": %d,
                 "tie_word_embeddings": true}
                """
                        .formatted(
                                hidden,
                                intermediate,
                                heads,
                                kvHeads,
                                headDim,
                                VOCAB_SIZE,
                                CONTEXT_LENGTH),
                "config.json");
    }

    /** A session as {@link Engine} makes it, its arena in view. */
    private final class Loaded implements AutoCloseable {
        private final OrtEnvironment environment = OrtEnvironment.open();
        private final MemoryPlace place = MemoryPlace.cpu();
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
            allocator = OrtAllocator.of(session, place);
            decoder = new Decoder(session, config, strategy.graph());
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
            place.close();
            environment.close();
        }
    }
}
