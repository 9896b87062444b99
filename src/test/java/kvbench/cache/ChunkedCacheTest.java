package kvbench.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.generate.Decoder;
import kvbench.model.InputException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.Arrays;

class ChunkedCacheTest {
    private static final int[] PROMPT = {11, 5, 60};

    @TempDir Path folder;

    private SmallDecoder model;

    @BeforeEach
    void open() {
        model = new SmallDecoder(folder, CacheStrategy.parse("chunked"));
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void growsByItsFactorAndGivesTheLogitsOfTheWholeText() {
        long perToken = model.geometry().bytesPerToken();
        try (KvCache cache = cache("chunked:2:1.5")) {
            Decoder decoder = model.decoder();
            decoder.begin(cache);
            assertEquals(2 * perToken, cache.heldBytes());

            decoder.prefill(PROMPT); // 2, 3
            assertEquals(3 * perToken, cache.heldBytes());
            assertEquals(0, cache.copiedBytes());
            assertEquals((2 + 3) * perToken, cache.peakBytes());

            int[] text = PROMPT;
            for (int token = 20; token < 28; token++) { // 3, 5, 8, 12
                decoder.step(token);
                text = Arrays.copyOf(text, text.length + 1);
                text[text.length - 1] = token;
                assertLogits(text);
            }
            assertEquals(11, cache.length());
            assertEquals(12 * perToken, cache.heldBytes());
            assertEquals((3 + 5 + 8) * perToken, cache.copiedBytes());
            assertEquals((8 + 12) * perToken, cache.peakBytes());
        }
    }

    @Test
    void whatAnAbandonedStepMadeItGrowByStays() {
        long perToken = model.geometry().bytesPerToken();
        try (KvCache cache = cache("chunked:3:2")) {
            Decoder decoder = model.decoder();
            decoder.begin(cache);
            decoder.prefill(PROMPT);
            assertEquals(3 * perToken, cache.heldBytes());
            decoder.probe(7);
            decoder.probe(7);
            assertEquals(3, cache.length());
            assertEquals(6 * perToken, cache.heldBytes());
            assertEquals(3 * perToken, cache.copiedBytes());
        }
    }

    @Test
    void rewindingKeepsTheBuffers() {
        long perToken = model.geometry().bytesPerToken();
        try (KvCache cache = cache("chunked:1:2")) {
            Decoder decoder = model.decoder();
            decoder.begin(cache);
            decoder.prefill(PROMPT);
            decoder.rewindTo(1);
            assertEquals(4 * perToken, cache.heldBytes());
            decoder.step(9);
            assertLogits(11, 9);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "chunked, 0, 64",
        "chunked, 64, 64",
        "chunked, 65, 128",
        "chunked:10, 11, 20",
        "chunked:3:1.1, 4, 4",
        "chunked:3:1.1, 5, 5",
        "chunked:100:1.5, 226, 338",
        "chunked:1:2, 1025, 2048",
    })
    void itsSizesAreThePowersOfItsGrowth(String strategy, long tokens, int capacity) {
        assertEquals(
                capacity, ((ChunkedStrategy) CacheStrategy.parse(strategy)).capacityFor(tokens));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    chunked:0      | strategy "chunked:0": expected a first size from 1 to 999999999 tokens, found "0".
                    chunked:x:2    | strategy "chunked:x:2": expected a first size from 1 to 999999999 tokens, found "x".
                    chunked:64:1   | strategy "chunked:64:1": expected a growth above 1 and below 100, such as 1.5, found "1".
                    chunked:64:    | strategy "chunked:64:": expected a growth above 1 and below 100, such as 1.5, found "".
                    chunked:1:2:3  | strategy "chunked:1:2:3": expected chunked:FIRST:GROWTH, found 3 settings.
                    """)
    void refusesSettingsThatItDoesNotTake(String strategy, String message) {
        InputException refused =
                assertThrows(InputException.class, () -> CacheStrategy.parse(strategy));
        assertEquals(message, refused.getMessage());
        assertTrue(refused.isWrongUse());
    }

    private KvCache cache(String strategy) {
        return CacheStrategy.parse(strategy).open(model.geometry(), model.storage(), 1);
    }

    private void assertLogits(int... text) {
        float[] logits = model.decoder().logits();
        double[] actual = new double[logits.length];
        Arrays.setAll(actual, token -> logits[token]);
        assertArrayEquals(model.expectedLogits(text), actual, 1e-4);
    }
}
