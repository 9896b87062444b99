package kvbench.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.cache.ExactStrategies;
import kvbench.cache.KvCache;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.generate.Decoder;
import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.onnx.Sampling;
import kvbench.reference.LlamaShapes;
import kvbench.reference.ModelFiles;
import kvbench.reference.ReferenceCheckpoint;
import kvbench.reference.ReferenceLlama;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Every way of computing that a GPU takes, on the CPU: graphs that are fed lengths, choose their
 * own token, compute in 16 bits and are replayed give what the double-precision reference gives.
 */
class WaysOfComputingTest {
    private static final long SEED = 41;
    private static final int[] PROMPT = {11, 5, 60, 7, 33};
    private static final int STEPS = 12;
    private static final int CAPACITY = 64;

    @TempDir Path folder;

    static Stream<Arguments> ways() {
        return Stream.of(LlamaShapes.GROUPED, LlamaShapes.LLAMA_3_2)
                .flatMap(
                        shape ->
                                ExactStrategies.list().stream()
                                        .flatMap(
                                                strategy ->
                                                        Stream.of(Sampling.values())
                                                                .map(
                                                                        sampling ->
                                                                                Arguments.of(
                                                                                        shape,
                                                                                        strategy,
                                                                                        sampling))));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void float32GivesTheReferencesScoresAndTokens(
            LlamaShapes shape, CacheStrategy strategy, Sampling sampling) {
        decodes(shape, strategy, sampling, ElementType.FLOAT32, 1e-4);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void float16IsAsNearAsItsBitsAllow(
            LlamaShapes shape, CacheStrategy strategy, Sampling sampling) {
        decodes(shape, strategy, sampling, ElementType.FLOAT16, 2e-2);
    }

    /** Takes in a prompt and steps, teacher-forced by the reference, and holds every score. */
    private void decodes(
            LlamaShapes shape,
            CacheStrategy strategy,
            Sampling sampling,
            ElementType type,
            double tolerance) {
        ModelFolder model = model(shape);
        var reference =
                new ReferenceLlama(
                        shape.config(),
                        new ReferenceCheckpoint(folder.resolve("model.safetensors")));
        var computing = new Computing(Provider.CPU, 1, type, sampling, Optional.empty());
        try (var engine = new Engine(model, computing, Progress.SILENT);
                KvCache cache = engine.cache(strategy, CAPACITY)) {
            Decoder decoder = engine.decoder(strategy);
            decoder.begin(cache);
            int next = decoder.prefill(PROMPT);
            int[] text = PROMPT;
            for (int step = 0; step <= STEPS; step++) {
                double[] expected = reference.logits(text)[text.length - 1];
                float[] found = decoder.logits();
                assertNear(expected, found, tolerance, "step " + step + ", seed " + SEED);
                assertEquals(highest(found), next, "step " + step + ", seed " + SEED);
                if (step < STEPS) {
                    int token = highest(expected);
                    assertEquals(decoder.probe(token), decoder.probe(token));
                    text = Arrays.copyOf(text, text.length + 1);
                    text[text.length - 1] = token;
                    next = decoder.step(token);
                }
            }
            assertEquals(text.length, cache.length());
        }
    }

    /** The vocabulary of the suite's own model takes several rows. */
    @Test
    void theGraphChoosesTheTokensThatJavaDoes() throws IOException {
        for (String file : List.of("config.json", "seed.json", "tokenizer.json")) {
            Files.copy(Path.of("models", "random-llama-7m", file), folder.resolve(file));
        }
        ModelFolder model = ModelFolder.find(folder.toString());
        assertTrue(model.config().vocabSize() > 4 * 256);
        assertArrayEquals(
                greedy(model, Sampling.HOST), greedy(model, Sampling.DEVICE), "seed of the model");
    }

    private static int[] greedy(ModelFolder model, Sampling sampling) {
        var computing =
                new Computing(Provider.CPU, 1, ElementType.FLOAT32, sampling, Optional.empty());
        try (var engine = new Engine(model, computing, Progress.SILENT);
                KvCache cache = engine.cache(CacheStrategy.STATIC, CAPACITY)) {
            Decoder decoder = engine.decoder(CacheStrategy.STATIC);
            decoder.begin(cache);
            int[] tokens = new int[48];
            tokens[0] = decoder.prefill(PROMPT);
            for (int i = 1; i < tokens.length; i++) {
                // Other tokens than its own, so that the text does not run in a circle.
                tokens[i] = decoder.step((tokens[i - 1] + 31 * i) % model.config().vocabSize());
            }
            return tokens;
        }
    }

    @ParameterizedTest
    @EnumSource
    void brokenWeightsAreSeenInTheFirstScores(Sampling sampling) {
        LlamaShapes shape = LlamaShapes.GROUPED;
        Function<String, float[]> weights = shape.weights(SEED);
        ModelFiles.write(
                folder,
                shape,
                name -> {
                    float[] values = weights.apply(name);
                    if (name.equals("model.norm.weight")) {
                        values[3] = Float.NaN;
                    }
                    return values;
                },
                ElementType.FLOAT32);
        var computing =
                new Computing(Provider.CPU, 1, ElementType.FLOAT32, sampling, Optional.empty());
        try (var engine =
                        new Engine(
                                ModelFolder.find(folder.toString()), computing, Progress.SILENT);
                KvCache cache = engine.cache(CacheStrategy.STATIC, CAPACITY)) {
            Decoder decoder = engine.decoder(CacheStrategy.STATIC);
            decoder.begin(cache);
            InputException refused =
                    assertThrows(InputException.class, () -> decoder.prefill(PROMPT));
            assertEquals(
                    "expected finite scores from the model, found NaN: its weights are broken. Get"
                            + " them again.",
                    refused.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aTextThatIsRewoundAndGoesOnOtherwiseGivesItsOwnScores(
            LlamaShapes shape, CacheStrategy strategy, Sampling sampling) {
        var computing =
                new Computing(Provider.CPU, 1, ElementType.FLOAT32, sampling, Optional.empty());
        try (var engine = new Engine(model(shape), computing, Progress.SILENT);
                KvCache cache = engine.cache(strategy, CAPACITY);
                KvCache afresh = engine.cache(strategy, CAPACITY)) {
            Decoder decoder = engine.decoder(strategy);
            decoder.begin(cache);
            decoder.prefill(PROMPT);
            decoder.step(9);
            decoder.step(10);
            decoder.rewindTo(3);
            decoder.prefill(new int[] {21, 22});
            decoder.step(23);
            int next = decoder.step(24);
            float[] scores = decoder.logits();

            decoder.begin(afresh);
            decoder.prefill(new int[] {11, 5, 60, 21, 22});
            decoder.step(23);
            assertEquals(next, decoder.step(24));
            assertArrayEquals(scores, decoder.logits(), 1e-4f);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void onlyAReplayedStepTakesTimeToRecordAndOnceForACache(
            LlamaShapes shape, CacheStrategy strategy, Sampling sampling) {
        var computing =
                new Computing(Provider.CPU, 1, ElementType.FLOAT32, sampling, Optional.empty());
        try (var engine = new Engine(model(shape), computing, Progress.SILENT);
                KvCache cache = engine.cache(strategy, CAPACITY);
                KvCache another = engine.cache(strategy, CAPACITY)) {
            Decoder decoder = engine.decoder(strategy);
            decoder.begin(cache);
            decoder.prefill(PROMPT);
            assertEquals(0, decoder.recordingNanos());
            decoder.step(1);
            long nanos = decoder.recordingNanos();
            assertEquals(strategy.isReplayed(), nanos > 0);
            decoder.step(2);
            assertEquals(nanos, decoder.recordingNanos());
            decoder.begin(another);
            assertEquals(0, decoder.recordingNanos());
        }
    }

    private ModelFolder model(LlamaShapes shape) {
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);
        return ModelFolder.find(folder.toString());
    }

    private static void assertNear(
            double[] expected, float[] found, double tolerance, String message) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int token = 0; token < expected.length; token++) {
            assertTrue(
                    Math.abs(expected[token] - found[token]) <= tolerance * largest,
                    "%s, token %d: expected %s, found %s"
                            .formatted(message, token, expected[token], found[token]));
        }
    }

    private static int highest(double[] scores) {
        int best = 0;
        for (int token = 1; token < scores.length; token++) {
            best = scores[token] > scores[best] ? token : best;
        }
        return best;
    }

    private static int highest(float[] scores) {
        int best = 0;
        for (int token = 1; token < scores.length; token++) {
            best = scores[token] > scores[best] ? token : best;
        }
        return best;
    }
}
