package kvbench.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.reference.LlamaShapes;
import kvbench.reference.ModelFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

class DecoderTest {
    private static final String HEAD = "lm_head.weight";
    private static final long SEED = 3;

    @TempDir Path folder;

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void answersTheMostLikelyNextToken(CacheStrategy strategy) {
        decode(
                Map.of(),
                strategy,
                decoder -> {
                    assertEquals(4, decoder.prefill(new int[] {5, 1, 3}));
                    assertEquals(3, decoder.length());
                    assertEquals(7, decoder.step(6));
                    assertEquals(0, decoder.step(7));
                    assertEquals(5, decoder.length());
                });
    }

    @Test
    void ofEqualScoresTheFirstWins() {
        float[] head = SuccessorModel.head();
        score(head, 6, 3, 1);
        decode(
                Map.of(HEAD, head),
                CacheStrategy.STATIC,
                decoder -> assertEquals(4, decoder.prefill(new int[] {3})));
        score(head, 2, 3, 1);
        decode(
                Map.of(HEAD, head),
                CacheStrategy.STATIC,
                decoder -> assertEquals(2, decoder.prefill(new int[] {3})));
        decode(
                Map.of(HEAD, new float[head.length]),
                CacheStrategy.STATIC,
                decoder -> assertEquals(0, decoder.prefill(new int[] {3})));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 7})
    void oneScoreThatIsNotANumberIsRefusedWhereverItStands(int token) {
        float[] head = SuccessorModel.head();
        score(head, token, 3, Float.NaN);
        assertBroken("NaN", head);
    }

    @Test
    void aScoreBeyondAllNumbersIsRefused() {
        float[] head = SuccessorModel.head();
        score(head, 2, 3, Float.POSITIVE_INFINITY);
        assertBroken("Infinity", head);
    }

    private void assertBroken(String highest, float[] head) {
        decode(
                Map.of(HEAD, head),
                CacheStrategy.DYNAMIC,
                decoder -> {
                    var e =
                            assertThrows(
                                    InputException.class, () -> decoder.prefill(new int[] {3}));
                    assertEquals(
                            "expected finite scores from the model, found %s: its weights are broken. Get them again."
                                    .formatted(highest),
                            e.getMessage());
                });
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void refusesAnEmptyPrompt(CacheStrategy strategy) {
        decode(
                Map.of(),
                strategy,
                decoder -> {
                    String message = "expected at least one token to take in, found none";
                    assertRefused(message, () -> decoder.prefill(new int[0]));
                    assertRefused(message, () -> decoder.probe(new int[0]));
                    assertEquals(0, decoder.length());
                    assertEquals(2, decoder.prefill(new int[] {1}));
                });
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void refusesMoreTokensThanTheContextHolds(CacheStrategy strategy) {
        decode(
                Map.of(),
                strategy,
                decoder -> {
                    String message =
                            "expected at most 32 tokens, the model's context length, found 33";
                    assertRefused(message, () -> decoder.prefill(new int[33]));
                    assertEquals(0, decoder.length());
                    assertEquals(1, decoder.prefill(new int[SuccessorModel.CONTEXT_LENGTH]));
                    assertRefused(message, () -> decoder.step(1));
                    assertRefused(message, () -> decoder.probe(1));
                    assertRefused(message, () -> decoder.prefill(new int[1]));
                    assertRefused(message, () -> decoder.probe(new int[1]));
                    assertEquals(32, decoder.length());
                    decoder.rewindTo(31);
                    assertEquals(6, decoder.step(5));
                });
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void aProbeLeavesTheSequenceAsItWas(CacheStrategy strategy) {
        LlamaShapes shape = LlamaShapes.GROUPED;
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);
        try (var engine = open();
                KvCache cache = engine.cache(strategy, 16)) {
            Decoder decoder = engine.decoder(strategy);
            decoder.begin(cache);
            decoder.prefill(new int[] {9, 8, 7});
            int[] chunk = {6, 5, 4};

            int probedChunk = decoder.probe(chunk);
            float[] scoresOfChunk = decoder.logits();
            int probedStep = decoder.probe(6);
            float[] scoresOfStep = decoder.logits();
            assertEquals(3, decoder.length());

            assertEquals(probedStep, decoder.step(6));
            assertArrayEquals(scoresOfStep, decoder.logits());
            decoder.rewindTo(3);
            assertEquals(probedChunk, decoder.prefill(chunk));
            assertArrayEquals(scoresOfChunk, decoder.logits());
            assertEquals(6, decoder.length());
        }
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void aTokenOutsideTheVocabularyIsRefusedAndTheSequenceGoesOn(CacheStrategy strategy) {
        decode(
                Map.of(),
                strategy,
                decoder -> {
                    assertEquals(2, decoder.prefill(new int[] {1}));
                    assertThrows(RuntimeException.class, () -> decoder.step(8));
                    assertEquals(1, decoder.length());
                    assertEquals(4, decoder.step(3));
                    assertEquals(2, decoder.length());
                });
    }

    private void decode(
            Map<String, float[]> changed, CacheStrategy strategy, Consumer<Decoder> test) {
        SuccessorModel.write(folder, changed);
        try (var engine = open();
                KvCache cache = engine.cache(strategy, SuccessorModel.CONTEXT_LENGTH)) {
            Decoder decoder = engine.decoder(strategy);
            decoder.begin(cache);
            test.accept(decoder);
        }
    }

    private Engine open() {
        return new Engine(ModelFolder.find(folder.toString()), Provider.CPU, 1, Progress.SILENT);
    }

    private static void score(float[] head, int next, int latest, float score) {
        head[next * SuccessorModel.TOKENS + latest] = score;
    }

    private static void assertRefused(String message, Executable executable) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, executable).getMessage());
    }
}
