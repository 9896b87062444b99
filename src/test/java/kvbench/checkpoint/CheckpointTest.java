package kvbench.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.model.LlamaConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

class CheckpointTest {
    private static final String FINAL_NORM = LlamaWeights.FINAL_NORM;

    @TempDir Path folder;

    private final Map<String, List<Long>> shapes =
            new LinkedHashMap<>(LlamaWeights.shapes(TestFiles.TINY));

    private Path file() {
        return folder.resolve("model.safetensors");
    }

    private Checkpoint open() {
        return Checkpoint.open(folder, TestFiles.TINY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"F32", "F16", "BF16"})
    void opensOneFileOfOneType(String dtype) {
        int width = dtype.equals("F32") ? 4 : 2;
        TestFiles.zeros(file(), shapes, dtype, width);
        Checkpoint checkpoint = open();
        assertEquals(ElementType.ofSafetensors(dtype).orElseThrow(), checkpoint.type());
        assertEquals(TestFiles.TINY.parameters() * width, checkpoint.bytes());
        assertEquals(OptionalLong.empty(), checkpoint.seed());
        assertEquals(List.of(8L, 16L), checkpoint.weight(LlamaWeights.keyProjection(1)).shape());
        assertEquals(file(), checkpoint.weight(LlamaWeights.keyProjection(1)).file());
    }

    @Test
    void leavesOutWhatALlamaDoesNotNeed() {
        shapes.put("model.layers.0.self_attn.rotary_emb.inv_freq", List.of(4L));
        shapes.put(LlamaWeights.HEAD, List.of(40L, 16L));
        TestFiles.zeros(file(), shapes, "F32", 4);
        Checkpoint checkpoint = open();
        assertEquals(LlamaWeights.shapes(TestFiles.TINY).keySet(), checkpoint.weights().keySet());
        assertEquals(4 * TestFiles.TINY.parameters(), checkpoint.bytes());
        var complaint =
                assertThrows(
                        IllegalArgumentException.class, () -> checkpoint.weight(LlamaWeights.HEAD));
        assertEquals("lm_head.weight is not a weight of this model", complaint.getMessage());
    }

    @Test
    void refusesACheckpointThatLacksATensor() {
        shapes.remove(FINAL_NORM);
        TestFiles.zeros(file(), shapes, "F32", 4);
        TestFiles.assertUnusable(
                file()
                        + ": expected a tensor model.norm.weight, found none of that name among 19."
                        + " Use a checkpoint that holds it.",
                this::open);
    }

    @Test
    void refusesATensorOfAnotherShape() {
        shapes.put(FINAL_NORM, List.of(8L, 2L));
        TestFiles.zeros(file(), shapes, "F32", 4);
        TestFiles.assertUnusable(
                file()
                        + ": tensor model.norm.weight: expected shape [16] as config.json has it,"
                        + " found [8, 2]. Use a checkpoint and a config.json that belong together.",
                this::open);
    }

    @Test
    void refusesTypesThatAreNoWeights() {
        TestFiles.zeros(file(), shapes, "I32", 4);
        TestFiles.assertUnusable(
                file()
                        + ": tensor model.embed_tokens.weight: expected one of [FLOAT32, FLOAT16,"
                        + " BFLOAT16], found INT32. Use a checkpoint and a config.json that belong"
                        + " together.",
                this::open);
    }

    @Test
    void refusesTensorsOfSeveralTypes() {
        shapes.remove(FINAL_NORM);
        TestFiles.zeros(folder.resolve("a.safetensors"), shapes, "F16", 2);
        Path other =
                TestFiles.zeros(
                        folder.resolve("b.safetensors"),
                        Map.of(FINAL_NORM, List.of(16L)),
                        "F32",
                        4);
        writeIndex("a.safetensors", "b.safetensors");
        TestFiles.assertUnusable(
                other
                        + ": tensor model.norm.weight: expected FLOAT16 as"
                        + " model.embed_tokens.weight has it, found FLOAT32. Use a checkpoint and a"
                        + " config.json that belong together.",
                this::open);
    }

    @Test
    void opensTheShardsOfAnIndex() {
        shapes.remove(FINAL_NORM);
        TestFiles.zeros(folder.resolve("a.safetensors"), shapes, "F16", 2);
        TestFiles.zeros(
                folder.resolve("b.safetensors"), Map.of(FINAL_NORM, List.of(16L)), "F16", 2);
        writeIndex("a.safetensors", "b.safetensors");
        Checkpoint checkpoint = open();
        assertEquals(
                folder.resolve("a.safetensors"), checkpoint.weight(LlamaWeights.EMBEDDING).file());
        assertEquals(folder.resolve("b.safetensors"), checkpoint.weight(FINAL_NORM).file());
        assertEquals(
                List.of(folder.resolve("a.safetensors"), folder.resolve("b.safetensors")),
                checkpoint.files());
        assertEquals(2 * TestFiles.TINY.parameters(), checkpoint.bytes());
        assertEquals(OptionalLong.empty(), checkpoint.seed());
    }

    @Test
    void namesAShardThatIsMissing() {
        TestFiles.zeros(folder.resolve("a.safetensors"), shapes, "F16", 2);
        writeIndex("a.safetensors", "b.safetensors");
        TestFiles.assertUnusable(
                folder.resolve("b.safetensors")
                        + ": expected a readable file, found none there. Check the path and its"
                        + " permissions.",
                this::open);
    }

    @Test
    void refusesAnIndexWithoutATensorThatIsNeeded() {
        TestFiles.write(index(), "{\"weight_map\": {}}");
        TestFiles.assertUnusable(
                index()
                        + ": expected a shard for tensor model.embed_tokens.weight, found none. Use"
                        + " a checkpoint that config.json describes.",
                this::open);
    }

    @Test
    void refusesAnIndexWithoutAMap() {
        TestFiles.write(index(), "{\"weight_map\": [\"a\"]}");
        TestFiles.assertUnusable(
                index() + ": expected an object \"weight_map\", found [\"a\"]. Get the file again.",
                this::open);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"../a.safetensors\"",
                "\"/etc/passwd\"",
                "\"sub/a.safetensors\"",
                "\"..\"",
                "\".\"",
                "\"\"",
                "\"a\\\\b\"",
                "\"a\\u0000b\"",
                "7"
            })
    void refusesAnIndexThatPointsElsewhere(String name) {
        TestFiles.write(index(), "{\"weight_map\": {\"t\": " + name + "}}");
        TestFiles.assertUnusable(
                index()
                        + ": tensor t: expected the name of a file beside the index, found "
                        + name
                        + ". Get the file again.",
                this::open);
    }

    @Test
    void saysWhatIsThereInPlaceOfSafetensors() {
        TestFiles.write(folder.resolve("config.json"), "{}");
        TestFiles.write(folder.resolve("pytorch_model.bin"), "");
        TestFiles.assertUnusable(
                folder
                        + ": expected model.safetensors or model.safetensors.index.json, found"
                        + " config.json, pytorch_model.bin. Put the model's safetensors files"
                        + " there.",
                this::open);
    }

    @Test
    void namesOnlyTheFirstFilesOfAFullFolder() {
        for (int i = 10; i < 25; i++) {
            TestFiles.write(folder.resolve("f" + i), "");
        }
        TestFiles.assertUnusable(
                folder
                        + ": expected model.safetensors or model.safetensors.index.json, found f10,"
                        + " f11, f12, f13, f14, f15, f16, f17, f18, f19 and 5 more. Put the model's"
                        + " safetensors files there.",
                this::open);
    }

    /** A file that another program wrote, of a model that somebody trained. */
    @Test
    void opensATrainedModel() throws IOException {
        Path stories = Path.of("..", "shared", "models", "stories260K");
        assumeTrue(Files.isDirectory(stories), "skipped: " + stories + " is not there");
        LlamaConfig config =
                LlamaConfig.parse(Files.readString(stories.resolve("config.json")), "config.json");
        Checkpoint checkpoint = Checkpoint.open(stories, config);
        assertEquals(ElementType.FLOAT32, checkpoint.type());
        assertEquals(4 * config.parameters(), checkpoint.bytes());
        assertEquals(1_044_984 - 8 - 4_848, checkpoint.bytes());
        assertEquals(OptionalLong.empty(), checkpoint.seed());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment norm = checkpoint.weight(FINAL_NORM).map(arena);
            for (float value : norm.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)) {
                assertEquals(0, value < 0.1f || value > 20f ? value : 0);
            }
        }
    }

    @Test
    void complaintsOfACheckpointAreNotWrongUse() {
        assertEquals(false, assertThrows(InputException.class, this::open).isWrongUse());
    }

    private Path index() {
        return folder.resolve("model.safetensors.index.json");
    }

    /** All tensors in shard {@code most}, the final norm in {@code last}. */
    private void writeIndex(String most, String last) {
        TestFiles.write(
                index(),
                LlamaWeights.shapes(TestFiles.TINY).keySet().stream()
                        .map(
                                name ->
                                        "\"%s\": \"%s\""
                                                .formatted(
                                                        name,
                                                        name.equals(FINAL_NORM) ? last : most))
                        .collect(Collectors.joining(",", "{\"weight_map\": {", "}}")));
    }
}
