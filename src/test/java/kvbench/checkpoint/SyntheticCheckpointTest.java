package kvbench.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.model.LlamaConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

class SyntheticCheckpointTest {
    @TempDir Path folder;

    private Path file() {
        return folder.resolve("model.safetensors");
    }

    private Checkpoint write(LlamaConfig config, long seed) {
        SyntheticCheckpoint.write(config, seed, file(), Progress.SILENT);
        return Checkpoint.open(folder, config);
    }

    @Test
    void writesWhatACheckpointOfTheConfigMustHold() {
        Checkpoint checkpoint = write(TestFiles.TINY, -3);
        assertEquals(ElementType.FLOAT32, checkpoint.type());
        assertEquals(SyntheticCheckpoint.bytes(TestFiles.TINY), checkpoint.bytes());
        assertEquals(OptionalLong.of(-3), checkpoint.seed());
        assertEquals(
                Map.of(
                        "format", "pt",
                        "kvbench.seed", "-3",
                        "kvbench.note", "random weights made from a seed; not a trained model"),
                SafetensorsFile.open(file()).metadata());
        assertEquals(0, checkpoint.weight(LlamaWeights.EMBEDDING).offset() % 64);
    }

    /**
     * The bits are a promise: results with the same seed stay comparable for good. The digest is
     * that of a file which a separate program in Python wrote from the Javadoc's description.
     */
    @Test
    void writesTheSameBitsOnEveryMachineAndInEveryVersion()
            throws IOException, NoSuchAlgorithmException {
        write(TestFiles.TINY, 7);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file()));
        assertEquals(
                "21dcdb6a74e6646c6b37af2020c3c80937a79165b0fe7b2990ad831ec5779840",
                HexFormat.of().formatHex(digest));
    }

    @Test
    void spreadsEachKindOfWeightByItsFanIn() {
        LlamaConfig config =
                LlamaConfig.parse(
                        """
                        {"model_type": "llama", "hidden_size": 64, "intermediate_size": 400,
                         "num_hidden_layers": 1, "num_attention_heads": 4,
                         "num_key_value_heads": 2, "head_dim": 64, "vocab_size": 1000,
                         "max_position_embeddings": 64}\
                        """,
                        "config.json");
        Checkpoint checkpoint = write(config, 7);
        assertSpread(0.02, checkpoint, LlamaWeights.EMBEDDING);
        assertSpread(1 / 8.0, checkpoint, LlamaWeights.HEAD);
        assertSpread(1 / 8.0, checkpoint, LlamaWeights.queryProjection(0));
        assertSpread(1 / 8.0, checkpoint, LlamaWeights.keyProjection(0));
        assertSpread(1 / 8.0, checkpoint, LlamaWeights.valueProjection(0));
        assertSpread(1 / 16.0, checkpoint, LlamaWeights.outputProjection(0));
        assertSpread(1 / 8.0, checkpoint, LlamaWeights.gateProjection(0));
        assertSpread(1 / 8.0, checkpoint, LlamaWeights.upProjection(0));
        assertSpread(1 / 20.0, checkpoint, LlamaWeights.downProjection(0));
        var ones = new float[64];
        Arrays.fill(ones, 1);
        for (String norm :
                List.of(
                        LlamaWeights.inputNorm(0),
                        LlamaWeights.postAttentionNorm(0),
                        LlamaWeights.FINAL_NORM)) {
            assertArrayEquals(ones, values(checkpoint, norm), norm);
        }
    }

    /** An embedding of more than one chunk, so that chunks are written by several threads. */
    @Test
    void putsEveryChunkInItsPlace() {
        LlamaConfig config =
                LlamaConfig.parse(
                        TestFiles.TINY_CONFIG.replace(
                                "\"vocab_size\": 40", "\"vocab_size\": 200000"),
                        "config.json");
        float[] embedding = values(write(config, 7), LlamaWeights.EMBEDDING);
        var expected = new float[200_000 * 16];
        SeededValues.of(7, LlamaWeights.EMBEDDING, 0.02).fill(expected, expected.length, 0);
        assertArrayEquals(expected, embedding);
    }

    @Test
    void anotherSeedGivesOtherValues() {
        float[] one = values(write(TestFiles.TINY, 1), LlamaWeights.EMBEDDING);
        float[] two = values(write(TestFiles.TINY, 2), LlamaWeights.EMBEDDING);
        for (int i = 0; i < one.length; i++) {
            assertNotEquals(one[i], two[i]);
        }
    }

    @Test
    void reportsProgressUpToTheLengthOfTheFile() throws IOException {
        var done = new ArrayList<Long>();
        var totals = new ArrayList<Long>();
        SyntheticCheckpoint.write(
                TestFiles.TINY,
                7,
                file(),
                (doneBytes, totalBytes) -> {
                    done.add(doneBytes);
                    totals.add(totalBytes);
                });
        assertEquals(done.stream().sorted().distinct().toList(), done);
        assertEquals(Files.size(file()), done.getLast());
        assertEquals(List.of(Files.size(file())), totals.stream().distinct().toList());
    }

    @Test
    void leavesNothingBesideTheFile() throws IOException {
        write(TestFiles.TINY, 7);
        assertEquals(List.of("model.safetensors"), namesInFolder());
    }

    @Test
    void doesNothingWhereTheFileIsThere() {
        write(TestFiles.TINY, 7);
        SyntheticCheckpoint.write(
                TestFiles.TINY,
                7,
                file(),
                (done, total) -> {
                    throw new AssertionError("written again");
                });
    }

    @Test
    void replacesAFileOfAnotherShape() {
        write(TestFiles.TINY, 7);
        LlamaConfig larger =
                LlamaConfig.parse(
                        TestFiles.TINY_CONFIG.replace("\"vocab_size\": 40", "\"vocab_size\": 41"),
                        "config.json");
        assertEquals(List.of(41L, 16L), write(larger, 7).weight(LlamaWeights.EMBEDDING).shape());
    }

    @Test
    void doesNotReplaceWeightsThatSomebodyPutThere() throws IOException {
        TestFiles.zeros(file(), LlamaWeights.shapes(TestFiles.TINY), "F32", 4);
        byte[] before = Files.readAllBytes(file());
        TestFiles.assertUnusable(
                file()
                        + ": expected a file with weights made from a seed, found one with other"
                        + " weights. Move it away to have them made.",
                () -> write(TestFiles.TINY, 7));
        assertArrayEquals(before, Files.readAllBytes(file()));
    }

    @Test
    void overwritesWhatAnInterruptedWriteLeft() {
        TestFiles.write(folder.resolve("model.safetensors.part"), "x".repeat(1_000_000));
        assertEquals(SyntheticCheckpoint.bytes(TestFiles.TINY), write(TestFiles.TINY, 7).bytes());
    }

    @Test
    void leavesNoPartOfAFileBehindWhenItFails() throws IOException {
        assertThrows(
                IllegalStateException.class,
                () ->
                        SyntheticCheckpoint.write(
                                TestFiles.TINY,
                                7,
                                file(),
                                (done, total) -> {
                                    throw new IllegalStateException("stop");
                                }));
        assertFalse(namesInFolder().contains("model.safetensors"));
        assertFalse(namesInFolder().contains("model.safetensors.part"));
        assertEquals(OptionalLong.of(7), write(TestFiles.TINY, 7).seed());
    }

    @Test
    void refusesAFullDiskBeforeItWrites() {
        TestFiles.assertUnusable(
                file()
                        + ": expected 1000 bytes free on its disk, found 400. Free 600 bytes or set"
                        + " KVBENCH_MODELS to a folder on another disk.",
                () -> ExclusiveFile.requireSpace(file(), 1000, 400));
        ExclusiveFile.requireSpace(file(), 1000, 1000);
    }

    @Test
    void refusesAModelThatNoDiskHolds() throws IOException {
        LlamaConfig huge =
                LlamaConfig.parse(
                        """
                        {"model_type": "llama", "hidden_size": 1048576,
                         "intermediate_size": 1048576, "num_hidden_layers": 4096,
                         "num_attention_heads": 8192, "head_dim": 128,
                         "vocab_size": 16777216, "max_position_embeddings": 64}\
                        """,
                        "config.json");
        String complaint = assertThrows(InputException.class, () -> write(huge, 7)).getMessage();
        assertTrue(complaint.contains(" bytes free on its disk, found "), complaint);
        assertFalse(namesInFolder().contains("model.safetensors.part"));
    }

    @Test
    void namesAFolderThatCannotBeWritten() {
        Path file = folder.resolve("absent").resolve("model.safetensors");
        TestFiles.assertUnusable(
                file
                        + ": expected to write this file, found an error"
                        + " (java.nio.file.NoSuchFileException: "
                        + file
                        + ".lock). Make its folder writable or set KVBENCH_MODELS to another one.",
                () -> SyntheticCheckpoint.write(TestFiles.TINY, 7, file, Progress.SILENT));
    }

    @Test
    void threadsThatWantTheSameFileMakeItOnce() throws InterruptedException {
        var made = new AtomicInteger();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () ->
                                            SyntheticCheckpoint.write(
                                                    TestFiles.TINY,
                                                    7,
                                                    file(),
                                                    (done, total) -> {
                                                        if (done == total) {
                                                            made.incrementAndGet();
                                                        }
                                                    })));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(1, made.get());
    }

    private static float[] values(Checkpoint checkpoint, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return checkpoint.weight(name).map(arena).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        }
    }

    private static void assertSpread(double deviation, Checkpoint checkpoint, String name) {
        double squares = 0;
        float[] values = values(checkpoint, name);
        for (float value : values) {
            squares += (double) value * value;
        }
        assertEquals(
                deviation, Math.sqrt(squares / values.length), 0.03 * deviation, name + ", seed 7");
    }

    private List<String> namesInFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
