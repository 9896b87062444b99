package kvbench.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.generate.Decoder;
import kvbench.model.ElementType;
import kvbench.model.LlamaConfig;
import kvbench.onnx.Sampling;
import kvbench.reference.LlamaShapes;
import kvbench.reference.ModelFiles;
import kvbench.reference.ReferenceCheckpoint;
import kvbench.reference.ReferenceLlama;
import kvbench.reference.SharedModels;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The strategies that evict give, after every pass, the scores that the model's definition gives in
 * double precision where a token attends to the sinks and to the window that ends with it.
 */
class EvictionAgainstReferenceTest {
    private static final long SEED = 20_260_102;

    /** Of the largest score, in float32 and in float16. */
    private static final double TOLERANCE = 2e-5;

    private static final double TOLERANCE_OF_FLOAT16 = 2e-2;

    /** Steps from nothing, past several wraps. */
    private static final int[] STEPS = IntStream.generate(() -> 1).limit(45).toArray();

    /** A prompt that wraps, steps, chunks of a token more or less than what there is room for. */
    private static final int[] PASSES = {40, 1, 1, 5, 1, 8, 9, 10, 1, 2, 2, 30, 1, 3, 1};

    /** What fits, and fills up, and wraps by one. */
    private static final int[] SMALL_PASSES = {3, 2, 1, 2, 1, 1, 2, 4, 1, 1, 1, 13, 1};

    private static final Computing FLOAT32 = Computing.on(Provider.CPU, 1);

    private static final List<Eviction> EVICTIONS =
            List.of(
                    new Eviction("window:8", 0, 8),
                    new Eviction("window:1", 0, 1),
                    new Eviction("window:2", 0, 2),
                    new Eviction("window:25%", 0, 16),
                    new Eviction("sink:4:6", 4, 6),
                    new Eviction("sink:1:1", 1, 1),
                    new Eviction("sink:45:7", 45, 7),
                    new Eviction("sink:3:10%", 3, 6));

    /** What the percentages are of. */
    private static final int CAPACITY = 64;

    @TempDir Path folder;

    /** A strategy, and what it says in words of tokens. */
    private record Eviction(String strategy, int sinks, int window) {
        ReferenceLlama.Mask mask() {
            return (query, key) -> key < sinks || query - key < window;
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyStepAndEveryChunkSeesItsWindowAndTheSinks(LlamaShapes shape) {
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);
        ModelFolder model = ModelFolder.find(folder.toString());
        for (int[] passes : List.of(STEPS, PASSES, SMALL_PASSES)) {
            assertAgrees(model, shape.weights(SEED), FLOAT32, TOLERANCE, passes);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GROUPED", "LLAMA_3_2"})
    void soDoesAGraphThatIsFedLengths(LlamaShapes shape) {
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);
        var computing =
                new Computing(
                        Provider.CPU, 1, ElementType.FLOAT32, Sampling.DEVICE, Optional.empty());
        assertAgrees(
                ModelFolder.find(folder.toString()),
                shape.weights(SEED),
                computing,
                TOLERANCE,
                PASSES);
    }

    @ParameterizedTest
    @EnumSource(names = {"GROUPED", "LLAMA_3_2"})
    void soDoesOneThatComputesIn16Bits(LlamaShapes shape) {
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);
        var computing =
                new Computing(
                        Provider.CPU, 1, ElementType.FLOAT16, Sampling.HOST, Optional.empty());
        assertAgrees(
                ModelFolder.find(folder.toString()),
                shape.weights(SEED),
                computing,
                TOLERANCE_OF_FLOAT16,
                PASSES);
    }

    @Test
    void soDoesATrainedModel() {
        Path stories = SharedModels.folder(SharedModels.STORIES_260K);
        assertAgrees(
                ModelFolder.find(stories.toString()),
                new ReferenceCheckpoint(stories.resolve("model.safetensors")),
                FLOAT32,
                TOLERANCE,
                PASSES);
    }

    /** The attention goes through long rows block by block: some are all hidden. */
    @Test
    void aPromptOfManyTimesTheWindowSeesItsWindowAndTheSinks() {
        LlamaShapes shape = LlamaShapes.GROUPED;
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);
        assertAgrees(
                ModelFolder.find(folder.toString()),
                shape.weights(SEED),
                FLOAT32,
                TOLERANCE,
                450,
                1,
                30,
                1);
    }

    @Test
    void withAWindowAsLargeAsTheTextEachGivesThePlainTokensAndScores() {
        LlamaShapes shape = LlamaShapes.LLAMA_3_2;
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);
        int[] passes = {30, 1, 1, 5, 1, 20, 1, 1, 4};
        assertEquals(CAPACITY, Arrays.stream(passes).sum());
        int[] tokens = tokens(shape.config(), CAPACITY);
        try (var engine =
                new Engine(ModelFolder.find(folder.toString()), FLOAT32, Progress.SILENT)) {
            for (String strategy : List.of("window:100%", "window:64", "sink:60:4", "sink:4:60")) {
                try (KvCache none = engine.cache(CacheStrategy.NONE, CAPACITY);
                        KvCache cache = engine.cache(CacheStrategy.parse(strategy), CAPACITY)) {
                    Decoder plain = engine.decoder(CacheStrategy.NONE);
                    Decoder evicting = engine.decoder(CacheStrategy.parse(strategy));
                    plain.begin(none);
                    evicting.begin(cache);
                    int from = 0;
                    for (int pass : passes) {
                        int[] chunk = Arrays.copyOfRange(tokens, from, from + pass);
                        assertEquals(plain.prefill(chunk), evicting.prefill(chunk), strategy);
                        assertArrayEquals(plain.logits(), evicting.logits(), 2e-5f, strategy);
                        from += pass;
                    }
                    assertEquals(CAPACITY, cache.keptTokens());
                }
            }
        }
    }

    /** Takes in random tokens, so many in each pass, probing each pass before. */
    private static void assertAgrees(
            ModelFolder model,
            Function<String, float[]> weights,
            Computing computing,
            double tolerance,
            int... passes) {
        LlamaConfig config = model.config();
        int[] tokens = tokens(config, Arrays.stream(passes).sum());
        try (var engine = new Engine(model, computing, Progress.SILENT)) {
            for (Eviction eviction : EVICTIONS) {
                double[][] expected =
                        new ReferenceLlama(config, weights, eviction.mask()).logits(tokens);
                CacheStrategy strategy = CacheStrategy.parse(eviction.strategy());
                try (KvCache cache = engine.cache(strategy, CAPACITY)) {
                    Decoder decoder = engine.decoder(strategy);
                    decoder.begin(cache);
                    int from = 0;
                    for (int pass : passes) {
                        int to = from + pass;
                        int[] chunk = Arrays.copyOfRange(tokens, from, to);
                        String where =
                                "%s, %s, tokens %d to %d, seed %d"
                                        .formatted(model.name(), strategy, from, to - 1, SEED);
                        int probed = pass == 1 ? decoder.probe(chunk[0]) : decoder.probe(chunk);
                        assertClose(
                                expected[to - 1], decoder.logits(), tolerance, "probe " + where);
                        int next = pass == 1 ? decoder.step(chunk[0]) : decoder.prefill(chunk);
                        assertClose(expected[to - 1], decoder.logits(), tolerance, where);
                        assertEquals(probed, next, where);
                        assertEquals(to, decoder.length(), where);
                        from = to;
                    }
                }
            }
        }
    }

    private static int[] tokens(LlamaConfig config, int count) {
        return new Random(SEED).ints(count, 0, config.vocabSize()).toArray();
    }

    private static void assertClose(
            double[] expected, float[] found, double tolerance, String where) {
        double largest = DoubleStream.of(expected).map(Math::abs).max().orElseThrow();
        for (int token = 0; token < found.length; token++) {
            double difference = Math.abs(expected[token] - found[token]);
            assertTrue(
                    difference <= tolerance * largest,
                    "%s: score of token %d: expected %s, found %s: %.1e of the largest"
                            .formatted(
                                    where,
                                    token,
                                    expected[token],
                                    found[token],
                                    difference / largest));
        }
    }
}
