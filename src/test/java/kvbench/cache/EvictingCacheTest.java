package kvbench.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.generate.Decoder;
import kvbench.model.InputException;
import kvbench.ort.MemoryRange;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/** What a cache holds that evicts; what its tokens see is held against a reference elsewhere. */
class EvictingCacheTest {
    private static final long SEED = SmallDecoder.SEED;

    private static final int CAPACITY = 100;

    @TempDir Path folder;

    private SmallDecoder model;

    @BeforeEach
    void open() {
        model = new SmallDecoder(folder, CacheStrategy.parse("window"));
    }

    @AfterEach
    void close() {
        model.close();
    }

    // ---- Length, and what is held of it ----

    @ParameterizedTest
    @CsvSource({"window:6, 0, 6", "sink:2:6, 2, 6", "sink:3:1, 3, 1"})
    void theLengthIsTheTextsAndWhatIsHeldIsBounded(String strategy, int sinks, int window) {
        try (KvCache cache = cache(strategy)) {
            Decoder decoder = begin(cache);
            int slots = sinks + window + 2;
            for (int length = 1; length <= 40; length++) {
                decoder.step(length);
                assertEquals(length, cache.length());
                assertEquals(length, cache.reusedTokens());
                assertEquals(Math.min(length, sinks + window), cache.keptTokens());
                assertEquals(Math.min(length, slots - 1), cache.pastRows());
                assertEquals(model.geometry().bytes(slots), cache.heldBytes());
                assertEquals(model.geometry().bytes(slots), cache.peakBytes());
                assertEquals(slots, cache.capacity().orElseThrow());
            }
        }
    }

    @Test
    void aStepAtAFullWindowCopiesOneRowAndMovesNoOther() {
        try (KvCache cache = cache("sink:2:3")) {
            Decoder decoder = begin(cache);
            decoder.prefill(IntStream.range(0, 6).toArray());
            assertEquals(0, cache.copiedBytes());
            for (int token = 6; token < 15; token++) {
                int[][] before = rows(cache);
                decoder.step(token);
                int[][] after = rows(cache);
                // Two sinks, a ring of four, and the row that the graph writes into.
                int place = 2 + (token - 2) % 4;
                for (int slot = 0; slot < 6; slot++) {
                    assertEquals(
                            slot != place,
                            Arrays.equals(before[slot], after[slot]),
                            "slot %d, token %d, seed %d".formatted(slot, token, SEED));
                }
                assertArrayEquals(after[6], after[place]);
                assertEquals(
                        model.geometry().bytes(token - 5), cache.copiedBytes(), "token " + token);
            }
        }
    }

    @Test
    void aChunkThatWrapsIsComputedBesideTheSlotsAndWhatStaysIsCopied() {
        long perToken = model.geometry().bytesPerToken();
        try (KvCache cache = cache("sink:2:4")) {
            Decoder decoder = begin(cache);
            long before = model.requestedBytes();
            decoder.prefill(IntStream.range(0, 20).toArray());
            // Slots of sinks, window and two; twenty new rows; of them two sinks and a ring of
            // five.
            assertEquals((8 + 20) * perToken, cache.peakBytes());
            assertEquals(7 * perToken, cache.copiedBytes());

            decoder.prefill(new int[] {1, 2, 3});
            assertEquals((8 + 20) * perToken, cache.peakBytes());
            assertEquals((7 + 3) * perToken, cache.copiedBytes());

            assertEquals(8 * perToken, cache.heldBytes());
            assertEquals(before, model.requestedBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"window:100%", "window:100", "sink:4:96", "sink:99:1", "window:5000"})
    void whereTheWholeTextFitsItHoldsTheTextsBytesAndRefusesALongerOne(String strategy) {
        try (KvCache cache = cache(strategy)) {
            Decoder decoder = begin(cache);
            assertEquals(model.geometry().bytes(CAPACITY), cache.heldBytes());
            decoder.prefill(IntStream.range(0, CAPACITY).map(i -> i % 64).toArray());
            assertEquals(model.geometry().bytes(CAPACITY), cache.peakBytes());
            assertEquals(0, cache.copiedBytes());
            assertTrue(cache.canRewindTo(1));
            assertEquals(
                    "the cache is full: 100 tokens and 1 new ones do not fit into a capacity of"
                        + " 100. Give it a capacity of at least 101, or a shorter prompt or token"
                        + " budget.",
                    assertThrows(CacheFullException.class, () -> decoder.step(1)).getMessage());
        }
    }

    // ---- Probes ----

    @ParameterizedTest
    @ValueSource(ints = {3, 7, 8, 9, 10, 30})
    void aProbeChangesNoRowThatIsHeldAndNoScoreThatFollows(int length) {
        int[] text = IntStream.range(0, length).toArray();
        try (KvCache plain = cache("sink:2:6");
                KvCache probed = cache("sink:2:6")) {
            Decoder decoder = begin(plain);
            decoder.prefill(text);
            float[][] expected = scoresOfSteps(decoder);

            begin(probed).prefill(text);
            decoder.probe(50);
            decoder.probe(IntStream.range(0, 5).toArray());
            decoder.probe(IntStream.range(0, 25).toArray());
            decoder.probe(51);

            assertEquals(length, probed.length());
            assertEquals(Math.min(length, 2 + 6), probed.keptTokens());
            float[][] found = scoresOfSteps(decoder);
            for (int step = 0; step < expected.length; step++) {
                assertArrayEquals(
                        expected[step], found[step], "step %d, seed %d".formatted(step, SEED));
            }
        }
    }

    @Test
    void aProbeOfAStepCopiesWhatAStepCopies() {
        try (KvCache cache = cache("window:4")) {
            Decoder decoder = begin(cache);
            decoder.prefill(IntStream.range(0, 5).toArray());
            long row = model.geometry().bytesPerToken();
            decoder.probe(1);
            assertEquals(row, cache.copiedBytes());
            decoder.probe(1);
            assertEquals(2 * row, cache.copiedBytes());
            decoder.step(1);
            assertEquals(3 * row, cache.copiedBytes());
        }
    }

    /** What an abandoned run has copied over the rows held is put back. */
    @Test
    void aProbeOfAChunkLeavesTheRowsAsTheyWere() {
        try (KvCache cache = cache("sink:2:6")) {
            Decoder decoder = begin(cache);
            decoder.prefill(IntStream.range(0, 20).toArray());
            int[][] before = rows(cache);
            decoder.probe(IntStream.range(0, 9).toArray());
            int[][] after = rows(cache);
            for (int slot = 0; slot < cache.pastRows(); slot++) {
                assertArrayEquals(before[slot], after[slot], "slot " + slot);
            }
        }
    }

    // ---- Rewinding ----

    @Test
    void rewindsAnywhereAsLongAsNothingWasEvicted() {
        int[] text = IntStream.range(0, 8).toArray();
        for (int to = 0; to <= 8; to++) {
            try (KvCache cache = cache("sink:2:6")) {
                Decoder decoder = begin(cache);
                decoder.prefill(text);
                decoder.probe(5);
                assertTrue(cache.canRewindTo(to));
                cache.rewindTo(to);
                decoder.step(60);
                int[] rest = Arrays.copyOf(text, to + 1);
                rest[to] = 60;
                assertScoresOfAFreshCache("sink:2:6", rest, "rewound to " + to);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 10, 30})
    void onceSomethingWasEvictedItRewindsByOneTokenAndToWithinTheSinks(int length) {
        int[] text = IntStream.range(0, length).toArray();
        for (int to : new int[] {0, 1, 2, length - 1, length}) {
            try (KvCache cache = cache("sink:2:6")) {
                Decoder decoder = begin(cache);
                decoder.prefill(text);
                decoder.probe(5);
                assertTrue(cache.canRewindTo(to));
                cache.rewindTo(to);
                assertEquals(to, cache.length());
                int[] rest = Arrays.copyOf(text, to + 12);
                for (int i = to; i < rest.length; i++) {
                    rest[i] = 63 - i;
                    decoder.step(rest[i]);
                }
                assertScoresOfAFreshCache("sink:2:6", rest, "rewound to " + to);
            }
        }
    }

    @Test
    void refusesToRewindToWhereEvictedTokensAreNeeded() {
        try (KvCache cache = cache("sink:2:6")) {
            Decoder decoder = begin(cache);
            decoder.prefill(IntStream.range(0, 20).toArray());
            for (int to : new int[] {3, 10, 18}) {
                assertFalse(cache.canRewindTo(to));
                assertThrows(IllegalStateException.class, () -> cache.rewindTo(to));
                assertEquals(20, cache.length());
            }
            assertEquals(
                    "expected to rewind to a length whose latest tokens are held, found that of 18"
                        + " tokens numbers 14 to 14 were evicted. Rewind to 0 and take in the text"
                        + " again, or use a larger window.",
                    assertThrows(IllegalStateException.class, () -> cache.rewindTo(18))
                            .getMessage());
            cache.rewindTo(19);
            assertThrows(IllegalStateException.class, () -> cache.rewindTo(18));
        }
    }

    /** A token that attends to itself only needs none of those before. */
    @Test
    void aWindowOfOneRewindsAnywhere() {
        try (KvCache cache = cache("window:1")) {
            Decoder decoder = begin(cache);
            decoder.prefill(IntStream.range(0, 20).toArray());
            cache.rewindTo(7);
            decoder.step(60);
            assertScoresOfAFreshCache(
                    "window:1", new int[] {60 - 1, 60}, "of the last token alone");
        }
    }

    // ---- Memory ----

    @Test
    void closingAFullOneFreesAllOfItAndTwiceIsHarmless() {
        long before = model.bytesInUse();
        KvCache cache = cache("sink:2:6");
        Decoder decoder = begin(cache);
        decoder.prefill(IntStream.range(0, 20).toArray());
        decoder.step(1);
        cache.close();
        cache.close();
        assertEquals(before, model.bytesInUse());
        assertEquals(
                "the cache is closed",
                assertThrows(IllegalStateException.class, () -> decoder.step(1)).getMessage());
    }

    // ---- Settings ----

    @ParameterizedTest
    @CsvSource({
        "window, 1000, 0, 500",
        "window:256, 1000, 0, 256",
        "window:25%, 1000, 0, 250",
        "window:1%, 50, 0, 1",
        "window:99%, 1, 0, 1",
        "window:33%, 10, 0, 3",
        "window:100%, 77, 0, 77",
        "sink, 1000, 4, 500",
        "sink:1, 1000, 1, 500",
        "sink:4:252, 10, 4, 252",
        "sink:8:10%, 1000, 8, 100",
        "sink:0:3, 1000, 0, 3",
        "sink:999999999:999999999, 1, 999999999, 999999999",
    })
    void aSizeIsInTokensOrInPerCentOfTheCapacity(
            String strategy, long capacity, int sinks, int window) {
        var parsed = (EvictingStrategy) CacheStrategy.parse(strategy);
        assertEquals(new Windowing(sinks, window), parsed.windowing(capacity));
        assertEquals(strategy, parsed.toString());
        assertFalse(parsed.exact());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    window:0       | strategy "window:0": expected a size from 1 to 999999999 tokens, or from 1% to 100% of the capacity, found "0".
                    window:101%    | strategy "window:101%": expected a size from 1 to 999999999 tokens, or from 1% to 100% of the capacity, found "101%".
                    window:        | strategy "window:": expected a size from 1 to 999999999 tokens, or from 1% to 100% of the capacity, found "".
                    window:4:64    | strategy "window:4:64": expected window:SIZE, found 2 settings.
                    sink:50%:4     | strategy "sink:50%:4": expected 0 to 999999999 sink tokens, found "50%".
                    sink:4:x       | strategy "sink:4:x": expected a size from 1 to 999999999 tokens, or from 1% to 100% of the capacity, found "x".
                    sink:1:2:3     | strategy "sink:1:2:3": expected sink:SINKS:SIZE, found 3 settings.
                    """)
    void refusesSettingsThatItDoesNotTake(String strategy, String message) {
        InputException refused =
                assertThrows(InputException.class, () -> CacheStrategy.parse(strategy));
        assertEquals(message, refused.getMessage());
        assertTrue(refused.isWrongUse());
    }

    // ---- Helpers ----

    private KvCache cache(String strategy) {
        return CacheStrategy.parse(strategy).open(model.geometry(), model.storage(), CAPACITY);
    }

    private Decoder begin(KvCache cache) {
        Decoder decoder = model.decoder();
        decoder.begin(cache);
        return decoder;
    }

    private static float[][] scoresOfSteps(Decoder decoder) {
        return IntStream.range(0, 12)
                .mapToObj(
                        token -> {
                            decoder.step(20 + token);
                            return decoder.logits();
                        })
                .toArray(float[][]::new);
    }

    /** The latest scores are those of a cache that has taken in {@code text} step by step. */
    private void assertScoresOfAFreshCache(String strategy, int[] text, String where) {
        float[] found = model.decoder().logits();
        try (KvCache fresh = cache(strategy)) {
            Decoder decoder = begin(fresh);
            for (int token : text) {
                decoder.step(token);
            }
            assertArrayEquals(decoder.logits(), found, 1e-4f, where + ", seed " + SEED);
        }
    }

    /** The bits of each slot, over all heads of all buffers: [slots][...]. */
    private int[][] rows(KvCache cache) {
        return IntStream.range(0, cache.capacity().orElseThrow())
                .mapToObj(
                        slot ->
                                cache.buffers().stream()
                                        .flatMapToInt(buffer -> row(buffer, slot))
                                        .toArray())
                .toArray(int[][]::new);
    }

    /** Of a buffer [kvHeads, slots, headDim]. */
    @SuppressWarnings("restricted")
    private IntStream row(MemoryRange buffer, int slot) {
        int width = model.geometry().headDim();
        int[] elements =
                MemorySegment.ofAddress(buffer.address())
                        .reinterpret(buffer.bytes())
                        .toArray(ValueLayout.JAVA_INT);
        int head = elements.length / model.geometry().kvHeads();
        return IntStream.iterate(slot * width, start -> start < elements.length, s -> s + head)
                .flatMap(start -> Arrays.stream(elements, start, start + width));
    }
}
