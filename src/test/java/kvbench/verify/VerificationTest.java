package kvbench.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.cache.ExactStrategies;
import kvbench.cache.KvCache;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.generate.Decoder;
import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.reference.LlamaShapes;
import kvbench.reference.ModelFiles;
import kvbench.reference.ReferenceLlama;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

class VerificationTest {
    private static final long SEED = 13;
    private static final int[] FIRST = IntStream.range(3, 40).toArray();
    private static final int[] SECOND = {9, 41, 7, 7, 23};
    private static final int NEW_TOKENS = 8;

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void exactStrategiesGiveTheTokensOfNoCache(LlamaShapes shape) {
        try (Engine engine = open(shape)) {
            List<Agreement> rows =
                    new Verification(engine, new Script(FIRST, SECOND, NEW_TOKENS))
                            .run(ExactStrategies.list());

            assertEquals(ExactStrategies.list(), rows.stream().map(Agreement::strategy).toList());
            for (Agreement row : rows) {
                assertTrue(row.agrees(), shape + ": " + row + ", seed " + SEED);
                assertEquals(3 * NEW_TOKENS, row.tokens());
                assertTrue(row.largestLogitDifference() < 1e-4, row.toString());
                assertTrue(row.gap() > 0, row.toString());
            }
            assertEquals(0, rows.getFirst().largestLogitDifference());
        }
    }

    @Test
    void onlyTheStrategiesAskedForAreRunInTheirOrder() {
        try (Engine engine = open(LlamaShapes.GROUPED)) {
            assertEquals(
                    List.of(CacheStrategy.STATIC, CacheStrategy.DYNAMIC),
                    new Verification(engine, new Script(FIRST, SECOND, 1))
                            .run(List.of(CacheStrategy.STATIC, CacheStrategy.DYNAMIC)).stream()
                                    .map(Agreement::strategy)
                                    .toList());
        }
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void aTranscriptIsThatOfTheReferenceAlsoWhereTheFirstAnswerIsCut(CacheStrategy strategy) {
        LlamaShapes shape = LlamaShapes.GROUPED;
        var reference = new ReferenceLlama(shape.config(), shape.weights(SEED));
        int[] first = reference.greedy(FIRST, NEW_TOKENS);
        // The last token of an answer is not taken in.
        int[] text = joined(FIRST, Arrays.copyOf(first, NEW_TOKENS - 1), SECOND);
        int[] second = reference.greedy(text, NEW_TOKENS);
        int[] cut = joined(FIRST, Arrays.copyOf(first, 3), SECOND);
        int[] third = reference.greedy(cut, NEW_TOKENS);
        try (Engine engine = open(shape)) {
            Transcript said =
                    Transcript.of(
                            engine, strategy, engine::cache, new Script(FIRST, SECOND, NEW_TOKENS));

            assertArrayEquals(joined(first, second, third), said.tokens(), "seed " + SEED);
            assertEquals(3 * NEW_TOKENS, said.logits().size());
        }
    }

    /** It takes the text in again where it cannot be rewound to. */
    @ParameterizedTest
    @ValueSource(strings = {"window", "window:3", "sink", "sink:2:5"})
    void aLossyTranscriptEndsAsThatOfACacheThatNeverHeldWhatWasCut(String name) {
        CacheStrategy strategy = CacheStrategy.parse(name);
        var script = new Script(FIRST, SECOND, NEW_TOKENS);
        try (Engine engine = open(LlamaShapes.GROUPED);
                KvCache afresh = engine.cache(strategy, Math.toIntExact(script.length()))) {
            int[] said = Transcript.of(engine, strategy, engine::cache, script).tokens();
            assertEquals(3 * NEW_TOKENS, said.length);

            Decoder decoder = engine.decoder(strategy);
            decoder.begin(afresh);
            decoder.prefill(Arrays.copyOf(joined(FIRST, said), script.cut()));
            var third = new int[NEW_TOKENS];
            third[0] = decoder.prefill(SECOND);
            for (int i = 1; i < NEW_TOKENS; i++) {
                third[i] = decoder.step(third[i - 1]);
            }
            assertArrayEquals(
                    third,
                    Arrays.copyOfRange(said, 2 * NEW_TOKENS, 3 * NEW_TOKENS),
                    "seed " + SEED);
        }
    }

    @Test
    void whatDoesNotFitIntoTheContextIsWrongUse() {
        try (Engine engine = open(LlamaShapes.GROUPED)) {
            var first = new int[300];
            var second = new int[180];
            var fits = new Script(first, second, 16);
            assertEquals(512, fits.length());
            new Verification(engine, fits);

            var e =
                    assertThrows(
                            InputException.class,
                            () -> new Verification(engine, new Script(first, second, 17)));
            assertTrue(e.isWrongUse());
            assertEquals(
                    "expected prompts and answers of at most 512 tokens, the context length of "
                            + folder.getFileName()
                            + ", found 514. Ask for fewer with --max-new-tokens.",
                    e.getMessage());
        }
    }

    private Engine open(LlamaShapes shape) {
        ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);
        return new Engine(ModelFolder.find(folder.toString()), Provider.CPU, 1, Progress.SILENT);
    }

    private static int[] joined(int[]... pieces) {
        return Arrays.stream(pieces).flatMapToInt(IntStream::of).toArray();
    }
}
