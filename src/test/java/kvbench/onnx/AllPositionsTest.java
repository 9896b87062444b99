package kvbench.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.checkpoint.Checkpoint;
import kvbench.model.ElementType;
import kvbench.ort.IoBinding;
import kvbench.ort.MemoryPlace;
import kvbench.ort.OrtEnvironment;
import kvbench.ort.OrtSession;
import kvbench.ort.OrtTensor;
import kvbench.ort.SessionOptions;
import kvbench.reference.LlamaShapes;
import kvbench.reference.ModelFiles;
import kvbench.reference.ReferenceLlama;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;

/** Scores of a whole text at once, over a binding alone. */
class AllPositionsTest {
    private static final long SEED = 19;
    private static final int TOKENS = 41;

    /** Of the largest score. */
    private static final double TOLERANCE = 1e-5;

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void zeroLogitsToKeepAreAll(LlamaShapes shape) {
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);
        long[] tokens = new Random(SEED).longs(TOKENS, 0, shape.config().vocabSize()).toArray();
        double[][] expected =
                new ReferenceLlama(shape.config(), shape.weights(SEED))
                        .logits(Arrays.stream(tokens).mapToInt(Math::toIntExact).toArray());

        float[] found = scores(shape, tokens);

        double largest =
                Arrays.stream(expected)
                        .flatMapToDouble(Arrays::stream)
                        .map(Math::abs)
                        .max()
                        .orElseThrow();
        int vocabSize = shape.config().vocabSize();
        for (int i = 0; i < found.length; i++) {
            assertEquals(
                    expected[i / vocabSize][i % vocabSize],
                    found[i],
                    TOLERANCE * largest,
                    "%s, position %d, token %d, seed %d"
                            .formatted(shape, i / vocabSize, i % vocabSize, SEED));
        }
    }

    /** One run of the graph without a cache: [positions * vocabulary]. */
    private float[] scores(LlamaShapes shape, long[] tokens) {
        byte[] graph =
                GraphExporter.export(
                        shape.config(),
                        Checkpoint.open(folder, shape.config()),
                        CacheInterface.NONE);
        int vocabSize = shape.config().vocabSize();
        try (Arena arena = Arena.ofShared();
                OrtEnvironment environment = OrtEnvironment.open();
                MemoryPlace cpu = MemoryPlace.cpu();
                SessionOptions options = SessionOptions.create();
                OrtSession session =
                        OrtSession.create(
                                environment,
                                graph,
                                options.threads(1)
                                        .config(
                                                "session.model_external_initializers_file_folder_path",
                                                folder.toString()));
                IoBinding binding = IoBinding.of(session);
                OrtTensor ids = longs(arena, cpu, tokens, 1, TOKENS);
                OrtTensor mask =
                        longs(arena, cpu, LongStream.range(0, TOKENS).map(i -> 1), 1, TOKENS);
                OrtTensor positions = longs(arena, cpu, LongStream.range(0, TOKENS), 1, TOKENS);
                OrtTensor toKeep = longs(arena, cpu, LongStream.of(0))) {
            MemorySegment logits =
                    arena.allocate(ValueLayout.JAVA_FLOAT, (long) TOKENS * vocabSize);
            try (OrtTensor all =
                    OrtTensor.over(logits, cpu, ElementType.FLOAT32, 1, TOKENS, vocabSize)) {
                binding.input(TensorNames.INPUT_IDS).bind(ids);
                binding.input(TensorNames.ATTENTION_MASK).bind(mask);
                binding.input(TensorNames.POSITION_IDS).bind(positions);
                binding.input(TensorNames.NUM_LOGITS_TO_KEEP).bind(toKeep);
                binding.output(TensorNames.LOGITS).bind(all);
                session.run(binding);
            }
            return logits.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    private static OrtTensor longs(
            Arena arena, MemoryPlace place, LongStream values, long... shape) {
        return longs(arena, place, values.toArray(), shape);
    }

    private static OrtTensor longs(Arena arena, MemoryPlace place, long[] values, long... shape) {
        return OrtTensor.over(
                arena.allocateFrom(ValueLayout.JAVA_LONG, values), place, ElementType.INT64, shape);
    }
}
