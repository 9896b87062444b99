package kvbench.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import kvbench.model.LlamaConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

class ReferenceLlamaTest {
    private static final long SEED = 20_240_923;

    /** Rounding of doubles over a sum of some thousand terms near 1. */
    private static final double ROUNDING = 1e-12;

    @Test
    void generatesWhatLlama2cGenerates() throws IOException {
        ReferenceLlama model = stories260K();
        for (PublishedCase published : publishedCases()) {
            int[] expected = Arrays.copyOf(published.greedyIds, 60);
            assertArrayEquals(expected, model.greedy(published.promptIds, 60), published.prompt);
        }
    }

    /** As generating them, in one pass: each token is chosen with the published ones before it. */
    @Test
    void choosesEachOfTheTokensThatLlama2cChose() throws IOException {
        ReferenceLlama model = stories260K();
        for (PublishedCase published : publishedCases()) {
            int[] sequence = concatenate(published.promptIds, published.greedyIds);
            double[][] logits = model.logits(sequence);
            int[] chosen =
                    IntStream.range(published.promptIds.length - 1, sequence.length - 1)
                            .map(position -> ReferenceLlama.argmax(logits[position]))
                            .toArray();
            assertArrayEquals(published.greedyIds, chosen, published.prompt);
        }
    }

    @ParameterizedTest
    @EnumSource
    void greedyTakesTheHighestLogitOfTheLastPosition(LlamaShapes shape) {
        ReferenceLlama model = model(shape);
        int[] prompt = {1, 7, 3};
        int[] generated = model.greedy(prompt, 8);

        int[] sequence = concatenate(prompt, generated);
        double[][] logits = model.logits(sequence);
        int[] highest =
                IntStream.range(prompt.length - 1, sequence.length - 1)
                        .map(position -> ReferenceLlama.argmax(logits[position]))
                        .toArray();
        assertArrayEquals(highest, generated, "seed " + SEED);
    }

    @Test
    void amongEqualLogitsTheLowestIdWins() {
        assertEquals(1, ReferenceLlama.argmax(new double[] {-3, 2, 0, 2}));
    }

    @ParameterizedTest
    @EnumSource
    void laterTokensDoNotChangeLogits(LlamaShapes shape) {
        ReferenceLlama model = model(shape);
        double[][] logits = model.logits(new int[] {5, 9, 2, 40, 8});
        double[][] others = model.logits(new int[] {5, 9, 2, 41, 60});
        double[][] prefix = model.logits(new int[] {5, 9, 2});

        assertArrayEquals(prefix, Arrays.copyOf(logits, 3), "seed " + SEED);
        assertArrayEquals(prefix, Arrays.copyOf(others, 3), "seed " + SEED);
    }

    @ParameterizedTest
    @EnumSource
    void earlierTokensAndTheirOrderChangeLogits(LlamaShapes shape) {
        ReferenceLlama model = model(shape);
        double[] logits = model.logits(new int[] {5, 9, 2})[2];
        double[] replaced = model.logits(new int[] {6, 9, 2})[2];
        double[] swapped = model.logits(new int[] {9, 5, 2})[2];

        assertTrue(largestGap(logits, replaced) > 0.01, "seed " + SEED);
        assertTrue(largestGap(logits, swapped) > 0.01, "seed " + SEED);
    }

    /** All that is left is the embedding's way straight to the head. */
    @ParameterizedTest
    @EnumSource
    void withoutProjectionsLogitsAreTheHeadTimesTheNormalizedEmbedding(LlamaShapes shape) {
        LlamaConfig config = shape.config();
        Function<String, float[]> random = shape.weights(SEED);
        var model =
                new ReferenceLlama(
                        config,
                        name ->
                                name.contains("_proj.")
                                        ? new float[random.apply(name).length]
                                        : random.apply(name));
        float[] embedding = random.apply("model.embed_tokens.weight");
        float[] norm = random.apply("model.norm.weight");
        float[] head = config.tiedEmbeddings() ? embedding : random.apply("lm_head.weight");
        int hidden = config.hiddenSize();
        int token = 11;
        double meanSquare =
                IntStream.range(0, hidden)
                        .mapToDouble(i -> Math.pow(embedding[token * hidden + i], 2))
                        .average()
                        .orElseThrow();
        double scale = 1 / Math.sqrt(meanSquare + config.rmsNormEps());
        double[] expected =
                IntStream.range(0, config.vocabSize())
                        .mapToDouble(
                                next ->
                                        IntStream.range(0, hidden)
                                                .mapToDouble(
                                                        i ->
                                                                (double) head[next * hidden + i]
                                                                        * norm[i]
                                                                        * scale
                                                                        * embedding[
                                                                                token * hidden + i])
                                                .sum())
                        .toArray();

        double[][] logits = model.logits(new int[] {3, token});

        assertArrayEquals(expected, logits[1], ROUNDING, "seed " + SEED);
    }

    /** Grouped-query attention is multi-head attention whose neighbouring heads repeat K and V. */
    @Test
    void groupedEqualsMultiHeadWithRepeatedKeysAndValues() {
        LlamaShapes shape = LlamaShapes.GROUPED;
        LlamaConfig grouped = shape.config();
        LlamaConfig multiHead =
                LlamaConfig.parse(
                        shape.configJson()
                                .replace(
                                        "\"num_key_value_heads\": 2", "\"num_key_value_heads\": 6"),
                        "grouped as multi-head");
        assertEquals(6, multiHead.kvHeads());
        Function<String, float[]> weights = shape.weights(SEED);
        int headElements = grouped.headDim() * grouped.hiddenSize();
        Function<String, float[]> repeated =
                name ->
                        name.contains("k_proj") || name.contains("v_proj")
                                ? repeat(weights.apply(name), headElements, 3)
                                : weights.apply(name);
        int[] tokens = {1, 30, 22, 4, 63};

        assertArrayEquals(
                new ReferenceLlama(grouped, weights).logits(tokens),
                new ReferenceLlama(multiHead, repeated).logits(tokens),
                "seed " + SEED);
    }

    @Test
    void aTiedHeadIsTheEmbedding() {
        LlamaShapes shape = LlamaShapes.MULTI_HEAD;
        LlamaConfig untied =
                LlamaConfig.parse(
                        shape.configJson()
                                .replace(
                                        "\"tie_word_embeddings\": true",
                                        "\"tie_word_embeddings\": false"),
                        "multi-head, untied");
        Function<String, float[]> weights = shape.weights(SEED);
        int[] tokens = {1, 30, 22};

        assertArrayEquals(
                model(shape).logits(tokens),
                new ReferenceLlama(
                                untied,
                                name ->
                                        weights.apply(
                                                name.equals("lm_head.weight")
                                                        ? "model.embed_tokens.weight"
                                                        : name))
                        .logits(tokens),
                "seed " + SEED);
    }

    @Test
    void aTokenBeyondTheVocabularyIsRefused() {
        ReferenceLlama model = model(LlamaShapes.ODD_SIZES);
        assertEquals(
                "expected tokens from 0 to 100, found 101",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> model.logits(new int[] {100, 101}))
                        .getMessage());
        assertEquals(
                "expected tokens from 0 to 100, found -1",
                assertThrows(IllegalArgumentException.class, () -> model.logits(new int[] {-1}))
                        .getMessage());
    }

    @Test
    void anEmptyPromptIsRefused() {
        ReferenceLlama model = model(LlamaShapes.GROUPED);
        assertEquals(
                "expected a prompt of one token or more, found none",
                assertThrows(IllegalArgumentException.class, () -> model.greedy(new int[0], 1))
                        .getMessage());
    }

    @Test
    void aTensorOfAnotherSizeIsRefused() {
        LlamaShapes shape = LlamaShapes.GROUPED;
        Function<String, float[]> weights = shape.weights(SEED);
        Map<String, float[]> wrong = Map.of("model.layers.1.mlp.up_proj.weight", new float[12]);
        assertEquals(
                "model.layers.1.mlp.up_proj.weight: expected 80 x 48 elements, found 12",
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        new ReferenceLlama(
                                                shape.config(),
                                                name ->
                                                        wrong.getOrDefault(
                                                                name, weights.apply(name))))
                        .getMessage());
    }

    /** What a runner that nobody here wrote made of a prompt: llama2.c at temperature 0. */
    private record PublishedCase(String prompt, int[] promptIds, int[] greedyIds) {}

    private static List<PublishedCase> publishedCases() throws IOException {
        Path file = SharedModels.folder(SharedModels.STORIES_260K).resolve("reference.json");
        var cases = new ArrayList<PublishedCase>();
        for (JsonNode published : new ObjectMapper().readTree(file.toFile()).path("cases")) {
            cases.add(
                    new PublishedCase(
                            published.path("prompt").asText(),
                            ints(published.path("prompt_ids")),
                            ints(published.path("greedy_ids"))));
        }
        assertEquals(3, cases.size());
        return cases;
    }

    private static ReferenceLlama stories260K() throws IOException {
        Path folder = SharedModels.folder(SharedModels.STORIES_260K);
        Path config = folder.resolve("config.json");
        return new ReferenceLlama(
                LlamaConfig.parse(Files.readString(config), config.toString()),
                new ReferenceCheckpoint(folder.resolve("model.safetensors")));
    }

    private static ReferenceLlama model(LlamaShapes shape) {
        return new ReferenceLlama(shape.config(), shape.weights(SEED));
    }

    private static double largestGap(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElse(0);
    }

    private static float[] repeat(float[] heads, int headElements, int times) {
        var repeated = new float[heads.length * times];
        for (int i = 0; i < repeated.length; i++) {
            int head = i / headElements / times;
            repeated[i] = heads[head * headElements + i % headElements];
        }
        return repeated;
    }

    private static int[] concatenate(int[] first, int[] second) {
        return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
    }

    private static int[] ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }
}
