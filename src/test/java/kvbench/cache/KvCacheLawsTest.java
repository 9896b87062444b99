package kvbench.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.generate.Decoder;
import kvbench.model.InputException;
import kvbench.ort.MemoryRange;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;

/** What holds for the cache of every strategy. */
class KvCacheLawsTest {
    private static final int CAPACITY = 24;
    private static final int WARM_UP = 6_000;
    private static final int STEPS = 200;

    /** Of logits around 1: float32 against double, and products summed in another order. */
    private static final double TOLERANCE = 1e-4;

    private static final CacheStrategy CHUNKED = CacheStrategy.parse("chunked");
    private static final int FIRST_OF_CHUNKED = 64;

    private static final int[] PROMPT = {11, 5, 60, 7, 33};

    @TempDir Path folder;

    private final Map<String, SmallDecoder> decoders = new HashMap<>();

    @AfterEach
    void close() {
        decoders.values().forEach(SmallDecoder::close);
    }

    // ---- Length ----

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void committingLengthensByTheNewTokens(CacheStrategy strategy) {
        try (KvCache cache = open(strategy)) {
            Decoder decoder = begin(strategy, cache);
            assertEquals(0, cache.length());

            decoder.prefill(PROMPT);
            assertEquals(5, cache.length());
            decoder.step(1);
            assertEquals(6, cache.length());
            decoder.prefill(new int[] {2, 3, 4});
            assertEquals(9, cache.length());
            int cached = strategy == CacheStrategy.NONE ? 0 : 9;
            assertEquals(cached, cache.reusedTokens());
            assertEquals(cached, cache.keptTokens());
            assertEquals(cached, cache.pastRows());
        }
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void onlyACacheThatDoesNotGrowHasACapacity(CacheStrategy strategy) {
        try (KvCache cache = open(strategy)) {
            assertEquals(mostSlots(strategy), cache.capacity());
        }
    }

    // ---- Copies ----

    @ParameterizedTest
    @MethodSource("inNativeMemory")
    void onlyTheDynamicCacheCopiesItsPastWithEachStepAndWhatARewindKeeps(CacheStrategy strategy) {
        try (KvCache cache = open(strategy)) {
            Decoder decoder = begin(strategy, cache);
            decoder.prefill(PROMPT);
            assertCopied(strategy, 0, cache);
            decoder.step(1);
            assertCopied(strategy, 5, cache);
            decoder.probe(2);
            assertCopied(strategy, 5 + 6, cache);
            decoder.rewindTo(4);
            assertCopied(strategy, 5 + 6 + 4, cache);
            decoder.rewindTo(4);
            assertCopied(strategy, 5 + 6 + 4, cache);
            decoder.step(3);
            assertCopied(strategy, 5 + 6 + 4 + 4, cache);
        }
    }

    private void assertCopied(CacheStrategy strategy, long dynamicTokens, KvCache cache) {
        long tokens = strategy.copiesPast() ? dynamicTokens : 0;
        assertEquals(decoder(strategy).geometry().bytes(tokens), cache.copiedBytes());
    }

    @ParameterizedTest
    @MethodSource("inNativeMemory")
    void theBuffersAreWhereTheHeldBytesLie(CacheStrategy strategy) {
        try (KvCache cache = open(strategy)) {
            begin(strategy, cache).prefill(PROMPT);

            List<MemoryRange> buffers = cache.buffers();
            // Two layers, keys and values.
            assertEquals(strategy == CacheStrategy.NONE ? 0 : 4, buffers.size());
            assertEquals(cache.heldBytes(), buffers.stream().mapToLong(MemoryRange::bytes).sum());
            assertEquals(
                    buffers.size(),
                    buffers.stream().mapToLong(MemoryRange::address).distinct().count());
        }
    }

    // ---- Contents ----

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void everyStepGivesTheLogitsOfTheWholeText(CacheStrategy strategy) {
        try (KvCache cache = open(strategy)) {
            Decoder decoder = begin(strategy, cache);

            decoder.prefill(PROMPT);
            assertLogits(strategy, PROMPT);
            decoder.step(42);
            assertLogits(strategy, 11, 5, 60, 7, 33, 42);
            decoder.prefill(new int[] {0, 63});
            assertLogits(strategy, 11, 5, 60, 7, 33, 42, 0, 63);
            decoder.step(9);
            assertLogits(strategy, 11, 5, 60, 7, 33, 42, 0, 63, 9);
        }
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void abandoningChangesNothingThatAnyoneCanSee(CacheStrategy strategy) {
        try (KvCache cache = open(strategy)) {
            Decoder decoder = begin(strategy, cache);
            decoder.prefill(PROMPT);
            long held = cache.heldBytes();
            long requested = decoder(strategy).requestedBytes();

            decoder.probe(42);
            decoder.probe(new int[] {1, 2, 3});

            assertEquals(5, cache.length());
            assertEquals(held, cache.heldBytes());
            assertEquals(requested, decoder(strategy).requestedBytes());
            decoder.step(17);
            assertLogits(strategy, 11, 5, 60, 7, 33, 17);
        }
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void aProbeGivesTheLogitsOfTheStep(CacheStrategy strategy) {
        try (KvCache cache = open(strategy)) {
            Decoder decoder = begin(strategy, cache);
            decoder.prefill(PROMPT);

            int probed = decoder.probe(42);
            float[] logits = decoder.logits();

            assertEquals(probed, decoder.step(42));
            assertArrayEquals(logits, decoder.logits(), seed());
        }
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void afterRewindingTheSameTokensGiveTheSameLogits(CacheStrategy strategy) {
        try (KvCache cache = open(strategy)) {
            Decoder decoder = begin(strategy, cache);
            decoder.prefill(PROMPT);
            decoder.step(42);
            float[] first = decoder.logits();
            decoder.step(1);
            decoder.step(2);

            cache.rewindTo(5);
            assertEquals(5, cache.length());
            decoder.step(42);
            assertArrayEquals(first, decoder.logits(), seed());

            cache.rewindTo(3);
            decoder.step(50);
            assertLogits(strategy, 11, 5, 60, 50);
        }
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void rewindingToNothingBeginsAnew(CacheStrategy strategy) {
        try (KvCache cache = open(strategy)) {
            Decoder decoder = begin(strategy, cache);
            decoder.prefill(PROMPT);

            cache.rewindTo(0);
            assertEquals(0, cache.length());
            decoder.prefill(new int[] {8, 9});
            assertLogits(strategy, 8, 9);
        }
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void rewindingToTheLengthChangesNothing(CacheStrategy strategy) {
        try (KvCache cache = open(strategy)) {
            Decoder decoder = begin(strategy, cache);
            decoder.prefill(PROMPT);
            long requested = decoder(strategy).requestedBytes();

            cache.rewindTo(5);

            assertEquals(5, cache.length());
            assertEquals(requested, decoder(strategy).requestedBytes());
            decoder.step(50);
            assertLogits(strategy, 11, 5, 60, 7, 33, 50);
        }
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void refusesToRewindToWhatThereIsNot(CacheStrategy strategy) {
        try (KvCache cache = open(strategy)) {
            begin(strategy, cache).prefill(PROMPT);

            for (int length : new int[] {-1, 6}) {
                assertEquals(
                        "expected to rewind to 0 to 5 tokens, found " + length,
                        assertThrows(IllegalArgumentException.class, () -> cache.rewindTo(length))
                                .getMessage());
                assertEquals(5, cache.length());
            }
        }
    }

    /** Without a cache the tokens are the decoder's, which has one text at a time. */
    @ParameterizedTest
    @MethodSource("cached")
    void twoCachesTakeTurnsOnOneDecoder(CacheStrategy strategy) {
        try (KvCache one = open(strategy);
                KvCache other = open(strategy)) {
            Decoder decoder = begin(strategy, one);
            decoder.prefill(PROMPT);
            begin(strategy, other).prefill(new int[] {8, 9});

            begin(strategy, one).step(42);
            assertLogits(strategy, 11, 5, 60, 7, 33, 42);
            begin(strategy, other).step(42);
            assertLogits(strategy, 8, 9, 42);
        }
    }

    @Test
    void cachesOfDifferentStrategiesTakeTurnsOnOneDecoder() {
        try (KvCache inPlace = open(CacheStrategy.STATIC);
                KvCache growing = open(CacheStrategy.DYNAMIC)) {
            begin(CacheStrategy.STATIC, inPlace).prefill(PROMPT);
            begin(CacheStrategy.DYNAMIC, growing).prefill(new int[] {8, 9});

            begin(CacheStrategy.STATIC, inPlace).step(42);
            assertLogits(CacheStrategy.STATIC, 11, 5, 60, 7, 33, 42);
            begin(CacheStrategy.DYNAMIC, growing).step(42);
            assertLogits(CacheStrategy.DYNAMIC, 8, 9, 42);
        }
    }

    // ---- Bytes ----

    @ParameterizedTest
    @MethodSource("inNativeMemory")
    void holdsTheBytesOfItsSlots(CacheStrategy strategy) {
        // Layers, K and V, KV heads, head dim, bytes of a float32.
        long perToken = 2 * 2 * 2 * 8 * 4;
        IntUnaryOperator slots = length -> slots(strategy, length);
        long before = decoder(strategy).requestedBytes();
        try (KvCache cache = open(strategy)) {
            Decoder decoder = begin(strategy, cache);
            assertEquals(slots.applyAsInt(0) * perToken, cache.heldBytes());

            decoder.prefill(PROMPT);
            assertEquals(slots.applyAsInt(5) * perToken, cache.heldBytes());
            decoder.step(1);
            assertEquals(slots.applyAsInt(6) * perToken, cache.heldBytes());
            assertEquals(cache.heldBytes(), decoder(strategy).requestedBytes() - before);
            cache.rewindTo(2);
            assertEquals(slots.applyAsInt(2) * perToken, cache.heldBytes());
            assertEquals(cache.heldBytes(), decoder(strategy).requestedBytes() - before);
        }
    }

    @ParameterizedTest
    @MethodSource("inNativeMemory")
    void thePeakIsWhatWasAliveAtOnce(CacheStrategy strategy) {
        long perToken = decoder(strategy).geometry().bytesPerToken();
        IntUnaryOperator slots = pastAndPresent -> slots(strategy, pastAndPresent);
        try (KvCache cache = open(strategy)) {
            Decoder decoder = begin(strategy, cache);

            decoder.prefill(PROMPT);
            assertEquals(slots.applyAsInt(0 + 5) * perToken, cache.peakBytes());
            decoder.step(1);
            assertEquals(slots.applyAsInt(5 + 6) * perToken, cache.peakBytes());
            decoder.probe(new int[] {1, 2});
            assertEquals(slots.applyAsInt(6 + 8) * perToken, cache.peakBytes());
            cache.rewindTo(5);
            assertEquals(slots.applyAsInt(6 + 8) * perToken, cache.peakBytes());
        }
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void closingFreesAllOfItAndTwiceIsHarmless(CacheStrategy strategy) {
        SmallDecoder model = decoder(strategy);
        long before = model.bytesInUse();
        KvCache cache = open(strategy);
        Decoder decoder = begin(strategy, cache);
        decoder.prefill(PROMPT);
        decoder.step(1);
        decoder.probe(2);
        cache.rewindTo(4);
        decoder.step(3);

        cache.close();
        cache.close();

        assertEquals(before, model.bytesInUse());
        assertEquals(
                "the cache is closed",
                assertThrows(IllegalStateException.class, () -> decoder.step(1)).getMessage());
        assertEquals(before, model.bytesInUse());
    }

    // ---- Java heap ----

    @ParameterizedTest
    @MethodSource("inNativeMemory")
    void stepsAllocateNothingOnTheJavaHeap(CacheStrategy strategy) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        SmallDecoder model = decoder(strategy);
        try (KvCache cache = strategy.open(model.geometry(), model.storage(), STEPS + 1)) {
            Decoder decoder = begin(strategy, cache);
            decoder.prefill(new int[] {1});
            // What grows by chunks has its largest from here on.
            probeAndStep(decoder, STEPS);
            beginAnew(decoder);
            warmUp(decoder);

            long start = threads.getCurrentThreadAllocatedBytes();
            long measuring = threads.getCurrentThreadAllocatedBytes() - start;
            start = threads.getCurrentThreadAllocatedBytes();
            probeAndStep(decoder, STEPS);
            long allocated = threads.getCurrentThreadAllocatedBytes() - start - measuring;

            assertEquals(STEPS + 1, cache.length());
            assertEquals(0, allocated, "bytes in " + STEPS + " probes and steps");
        }
    }

    private static void warmUp(Decoder decoder) {
        int most = 150;
        for (int done = 0; done < WARM_UP; done += most) {
            probeAndStep(decoder, most);
            beginAnew(decoder);
        }
    }

    private static void beginAnew(Decoder decoder) {
        decoder.rewindTo(0);
        decoder.prefill(new int[] {1});
    }

    private static void probeAndStep(Decoder decoder, int times) {
        for (int i = 0; i < times; i++) {
            decoder.probe(i % 8);
            decoder.step(i % 8);
        }
    }

    // ---- Names ----

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void isParsedFromTheNameThatAUserGives(CacheStrategy strategy) {
        assertEquals(strategy, CacheStrategy.parse(strategy.toString()));
    }

    @Test
    void namesAreLowerCaseInTheOrderOfResults() {
        assertEquals(
                List.of(
                        "none",
                        "host",
                        "dynamic",
                        "chunked",
                        "static",
                        "static-graph",
                        "window",
                        "sink",
                        "int8",
                        "int4"),
                CacheStrategy.names());
    }

    @Test
    void refusesAStrategyThatThereIsNot() {
        for (String name : List.of("STATIC", "paged", "")) {
            InputException refused =
                    assertThrows(InputException.class, () -> CacheStrategy.parse(name));
            assertEquals(
                    "unknown strategy \"%s\": expected one of none, host, dynamic, chunked, static, static-graph, window, sink, int8, int4."
                            .formatted(name),
                    refused.getMessage());
            assertTrue(refused.isWrongUse());
        }
    }

    @Test
    void refusesSettingsOfAStrategyThatTakesNone() {
        InputException refused =
                assertThrows(InputException.class, () -> CacheStrategy.parse("static:64"));
        assertEquals(
                "strategy \"static:64\": expected static without settings, found 1 settings.",
                refused.getMessage());
        assertTrue(refused.isWrongUse());
    }

    /** The strategies that keep nothing on the Java heap: {@link HostCacheTest} has the other. */
    static Stream<CacheStrategy> inNativeMemory() {
        return ExactStrategies.list().stream().filter(strategy -> strategy != CacheStrategy.HOST);
    }

    /** The strategies that keep anything. */
    static Stream<CacheStrategy> cached() {
        return ExactStrategies.list().stream().filter(strategy -> strategy != CacheStrategy.NONE);
    }

    private static int slots(CacheStrategy strategy, int ofOneThatGrows) {
        if (strategy == CacheStrategy.NONE) {
            return 0;
        }
        if (strategy.equals(CHUNKED)) {
            return FIRST_OF_CHUNKED;
        }
        return mostSlots(strategy).orElse(ofOneThatGrows);
    }

    /** Of one that has as many from the first moment on. */
    private static OptionalInt mostSlots(CacheStrategy strategy) {
        // Half the capacity, the sinks, and two.
        return switch (strategy.toString()) {
            case "static", "static-graph" -> OptionalInt.of(CAPACITY);
            case "window" -> OptionalInt.of(CAPACITY / 2 + 2);
            case "sink" -> OptionalInt.of(4 + CAPACITY / 2 + 2);
            default -> OptionalInt.empty();
        };
    }

    private SmallDecoder decoder(CacheStrategy strategy) {
        return decoders.computeIfAbsent(
                strategy.graph() + (strategy.isReplayed() ? ", replayed" : ""),
                kind -> new SmallDecoder(folder, strategy));
    }

    private KvCache open(CacheStrategy strategy) {
        SmallDecoder model = decoder(strategy);
        return strategy.open(model.geometry(), model.storage(), CAPACITY);
    }

    private Decoder begin(CacheStrategy strategy, KvCache cache) {
        Decoder decoder = decoder(strategy).decoder();
        decoder.begin(cache);
        return decoder;
    }

    private void assertLogits(CacheStrategy strategy, int... tokens) {
        float[] logits = decoder(strategy).decoder().logits();
        double[] actual = new double[logits.length];
        Arrays.setAll(actual, token -> logits[token]);
        assertArrayEquals(decoder(strategy).expectedLogits(tokens), actual, TOLERANCE, seed());
    }

    private static String seed() {
        return "weights of seed " + SmallDecoder.SEED;
    }
}
