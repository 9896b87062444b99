package kvbench.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.model.ElementType;
import kvbench.model.KvGeometry;
import kvbench.onnx.CacheInterface;
import kvbench.ort.TensorInfo;
import kvbench.reference.LlamaShapes;
import kvbench.reference.ModelFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class EngineTest {
    private static final long SEED = 17;
    private static final int INT64 = 7;
    private static final int FLOAT = 1;
    private static final long FREE = -1;

    @TempDir Path folder;

    @Test
    void theOptionsOfEverySessionAreTold() {
        assertEquals(
                Map.of(
                        "intra_op_num_threads",
                        "3",
                        "enable_mem_pattern",
                        "false",
                        "graph_optimization_level",
                        "all",
                        "session.disable_prepacking",
                        "1"),
                Engine.sessionOptions(Computing.on(Provider.CPU, 3)));
    }

    @Test
    void aSessionDeclaresTheNumbersOfTheCacheAndFreesTheOtherAxes() {
        try (Engine engine = open(LlamaShapes.MULTI_QUERY, ElementType.BFLOAT16)) {
            List<TensorInfo> inputs = engine.inputs(CacheInterface.PAST_PRESENT);
            assertEquals(
                    List.of(
                            new TensorInfo("input_ids", INT64, List.of(FREE, FREE)),
                            new TensorInfo("attention_mask", INT64, List.of(FREE, FREE)),
                            new TensorInfo("position_ids", INT64, List.of(FREE, FREE)),
                            new TensorInfo("num_logits_to_keep", INT64, List.of())),
                    inputs.subList(0, 4));
            assertEquals(
                    new TensorInfo("past_key_values.0.key", FLOAT, List.of(FREE, 1L, FREE, 8L)),
                    inputs.get(4));
            assertEquals(4 + 2 * 2, inputs.size());
            assertTrue(
                    engine.outputs(CacheInterface.PAST_PRESENT)
                            .contains(
                                    new TensorInfo(
                                            "present.1.value",
                                            FLOAT,
                                            List.of(FREE, 1L, FREE, 8L))));
            assertEquals(
                    List.of(new TensorInfo("logits", FLOAT, List.of(FREE, FREE, 64L))),
                    engine.outputs(CacheInterface.NONE));
        }
    }

    @Test
    void theCacheIsFloat32WhateverTheWeightsAre() {
        try (Engine engine = open(LlamaShapes.GROUPED, ElementType.FLOAT16)) {
            assertEquals(ElementType.FLOAT16, engine.checkpoint().type());
            assertEquals(new KvGeometry(2, 2, 8, ElementType.FLOAT32), engine.geometry());
        }
    }

    /** A snapshot in the Hugging Face hub cache is a folder of links to files elsewhere. */
    @Test
    void aCheckpointOfLinksIsReadWhereItLies(@TempDir Path hub) throws IOException {
        open(LlamaShapes.GROUPED, ElementType.FLOAT32).close();
        Path blob = hub.resolve("0123abcd");
        Files.move(folder.resolve("model.safetensors"), blob);
        Files.createSymbolicLink(folder.resolve("model.safetensors"), blob);
        try (Engine engine =
                        new Engine(
                                ModelFolder.find(folder.toString()),
                                Provider.CPU,
                                1,
                                Progress.SILENT);
                KvCache cache = engine.cache(CacheStrategy.STATIC, 4)) {
            engine.decoder(CacheStrategy.STATIC).begin(cache);
            engine.decoder(CacheStrategy.STATIC).prefill(new int[] {1, 2});
            assertEquals(2, cache.length());
        }
    }

    @Test
    void strategiesOnTheSameGraphShareASession() {
        try (Engine engine = open(LlamaShapes.GROUPED, ElementType.FLOAT32)) {
            assertSame(engine.decoder(CacheStrategy.STATIC), engine.decoder(CacheStrategy.DYNAMIC));
            assertNotSame(engine.decoder(CacheStrategy.STATIC), engine.decoder(CacheStrategy.NONE));
            long nanos = engine.loadNanos(CacheStrategy.STATIC);
            assertTrue(nanos > 0);
            assertEquals(nanos, engine.loadNanos(CacheStrategy.DYNAMIC));
        }
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void loadingWritesNothingIntoTheModelsFolder(CacheStrategy strategy) throws IOException {
        try (Engine engine = open(LlamaShapes.GROUPED, ElementType.FLOAT32)) {
            engine.decoder(strategy);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of("config.json", "model.safetensors"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void closingTwiceIsHarmless() {
        Engine engine = open(LlamaShapes.GROUPED, ElementType.FLOAT32);
        engine.decoder(CacheStrategy.STATIC);
        engine.close();
        engine.close();
    }

    private Engine open(LlamaShapes shape, ElementType type) {
        ModelFiles.write(folder, shape, shape.weights(SEED), type);
        return new Engine(ModelFolder.find(folder.toString()), Provider.AUTO, 1, Progress.SILENT);
    }
}
