package kvbench.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.cache.ExactStrategies;
import kvbench.cache.KvCache;
import kvbench.checkpoint.Checkpoint;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.checkpoint.SyntheticCheckpoint;
import kvbench.generate.Decoder;
import kvbench.model.ElementType;
import kvbench.reference.LlamaShapes;
import kvbench.reference.ModelFiles;
import kvbench.reference.ReferenceCheckpoint;
import kvbench.reference.ReferenceLlama;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * Every strategy gives, after every pass, the scores that the model's definition gives in double
 * precision.
 */
class EngineAgainstReferenceTest {
    private static final long SEED = 20_260_101;

    /**
     * Of the largest score. Roundings of float32 come to 1.5e-6 here, and may add up otherwise
     * where a processor's vectors are of another width; a step that attends to one wrong row is off
     * a hundred times as far.
     */
    private static final double TOLERANCE = 1e-5;

    /** A prompt, steps, a second turn onto the filled cache, steps. */
    private static final int[] PASSES = {70, 1, 1, 1, 6, 1, 1};

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void seededWeights(LlamaShapes shape) {
        Path file = folder.resolve(Checkpoint.FILE);
        SyntheticCheckpoint.write(shape.config(), SEED, file, Progress.SILENT);
        ModelFiles.writeConfig(folder, shape.configJson());

        assertAgrees(shape, new ReferenceCheckpoint(file), PASSES);
    }

    /** Seeded weights have norms of ones only, under which one norm could stand for another. */
    @ParameterizedTest
    @EnumSource
    void weightsOfWhichEachIsFelt(LlamaShapes shape) {
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);

        assertAgrees(shape, shape.weights(SEED), PASSES);
    }

    @ParameterizedTest
    @EnumSource
    void bfloat16Weights(LlamaShapes shape) {
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.BFLOAT16);

        assertAgrees(shape, ModelFiles.rounded(shape.weights(SEED), ElementType.BFLOAT16), PASSES);
    }

    @ParameterizedTest
    @EnumSource
    void float16Weights(LlamaShapes shape) {
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT16);

        assertAgrees(shape, ModelFiles.rounded(shape.weights(SEED), ElementType.FLOAT16), PASSES);
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"FLOAT32", "BFLOAT16"})
    void weightsInTwoFiles(ElementType type) {
        LlamaShapes shape = LlamaShapes.GROUPED;
        ModelFiles.writeShards(folder, shape, shape.weights(SEED), type);

        assertAgrees(shape, ModelFiles.rounded(shape.weights(SEED), type), PASSES);
    }

    @Test
    void upToTheLastTokenOfTheContext() {
        LlamaShapes shape = LlamaShapes.LLAMA_3_2;
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);

        assertAgrees(shape, shape.weights(SEED), shape.config().contextLength() - 7, 1, 4, 1, 1);
    }

    @Test
    void aPromptOfOneToken() {
        LlamaShapes shape = LlamaShapes.GROUPED;
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);

        assertAgrees(shape, shape.weights(SEED), 1, 1, 2, 1);
    }

    private void assertAgrees(LlamaShapes shape, Function<String, float[]> weights, int... passes) {
        int[] tokens =
                new Random(SEED)
                        .ints(Arrays.stream(passes).sum(), 0, shape.config().vocabSize())
                        .toArray();
        double[][] expected = new ReferenceLlama(shape.config(), weights).logits(tokens);
        ModelFolder model = ModelFolder.find(folder.toString());
        try (var engine = new Engine(model, Provider.CPU, 1, Progress.SILENT)) {
            for (CacheStrategy strategy : ExactStrategies.list()) {
                Decoder decoder = engine.decoder(strategy);
                try (KvCache cache = engine.cache(strategy, tokens.length)) {
                    decoder.begin(cache);
                    int to = 0;
                    for (int pass : passes) {
                        int from = to;
                        to += pass;
                        int next =
                                pass == 1
                                        ? decoder.step(tokens[from])
                                        : decoder.prefill(Arrays.copyOfRange(tokens, from, to));
                        String where =
                                "%s, %s, tokens %d to %d, seed %d"
                                        .formatted(shape, strategy, from, to - 1, SEED);
                        assertEquals(to, decoder.length(), where);
                        assertClose(expected[to - 1], decoder.logits(), where);
                        assertEquals(ReferenceLlama.argmax(doubles(decoder.logits())), next, where);
                    }
                }
            }
        }
    }

    private static void assertClose(double[] expected, float[] found, String where) {
        assertEquals(expected.length, found.length, where);
        double largest = DoubleStream.of(expected).map(Math::abs).max().orElseThrow();
        for (int token = 0; token < found.length; token++) {
            double difference = Math.abs(expected[token] - found[token]);
            assertTrue(
                    difference <= TOLERANCE * largest,
                    "%s: score of token %d: expected %s, found %s: %.1e of the largest"
                            .formatted(
                                    where,
                                    token,
                                    expected[token],
                                    found[token],
                                    difference / largest));
        }
    }

    private static double[] doubles(float[] values) {
        var doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }
}
