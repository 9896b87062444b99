package kvbench.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.device.OutOfDeviceMemoryException;
import kvbench.generate.Decoder;
import kvbench.model.ElementType;
import kvbench.model.KvGeometry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where the caches' buffers lie, what is written into them, and what is left when there is none.
 */
class CacheMemoryTest {
    private static final int CAPACITY = 12;
    private static final int BUFFERS = 2 * KvTensors.PER_LAYER;
    private static final int[] PROMPT = {11, 5, 60, 7, 33};

    /** A quiet NaN with a payload that no arithmetic makes. */
    private static final int UNTOUCHED = 0x7fc0_beef;

    /** 2 * 2 * 4096 * 4096 * 4 bytes: a quarter of a GiB for a token. */
    private static final KvGeometry HUGE = new KvGeometry(2, 4096, 4096, ElementType.FLOAT32);

    @TempDir Path folder;

    private SmallDecoder model;
    private KvGeometry geometry;

    @BeforeEach
    void makeModel() {
        model = new SmallDecoder(folder, CacheStrategy.STATIC);
        geometry = model.geometry();
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void staticAppendsInPlaceWithoutMovingTheBuffer() {
        try (var cache = new StaticCache(geometry, model.storage(), CAPACITY)) {
            long[] addresses = addresses(cache);
            fill(cache, UNTOUCHED);
            Decoder decoder = model.decoder();
            decoder.begin(cache);

            decoder.prefill(PROMPT);
            int[][] afterPrefill = contents(cache);
            decoder.step(42);
            int[][] afterStep = contents(cache);

            assertArrayEquals(addresses, addresses(cache));
            for (int i = 0; i < addresses.length; i++) {
                assertRows(afterPrefill[i], 0, 5, true);
                assertRows(afterPrefill[i], 5, CAPACITY, false);
                assertRows(afterStep[i], 0, 6, true);
                assertRows(afterStep[i], 6, CAPACITY, false);
                assertArrayEquals(rows(afterPrefill[i], 0, 5), rows(afterStep[i], 0, 5));
            }
        }
    }

    @Test
    void aStaticStepNeedsNoSecondBufferOfTheCapacity() {
        int capacity = 65_536;
        try (var cache = new StaticCache(geometry, model.storage(), capacity)) {
            model.decoder().begin(cache);
            long held = model.bytesInUse();

            model.decoder().prefill(PROMPT);
            model.decoder().step(42);

            long beyond = model.mostBytesInUse() - held;
            long buffer = geometry.bytes(capacity) / BUFFERS;
            assertTrue(
                    beyond < buffer / 4,
                    "%d bytes beyond the cache, one buffer has %d".formatted(beyond, buffer));
        }
    }

    @Test
    void rewindingAStaticCacheTouchesNoRow() {
        try (var cache = new StaticCache(geometry, model.storage(), CAPACITY)) {
            model.decoder().begin(cache);
            model.decoder().prefill(PROMPT);
            int[][] before = contents(cache);
            long[] addresses = addresses(cache);

            cache.rewindTo(2);

            assertArrayEquals(before, contents(cache));
            assertArrayEquals(addresses, addresses(cache));
        }
    }

    @Test
    void aStaticCacheThatIsFullRefusesMoreAndStaysAsItWas() {
        try (var cache = new StaticCache(geometry, model.storage(), 6)) {
            Decoder decoder = model.decoder();
            decoder.begin(cache);
            decoder.prefill(PROMPT);
            int[][] before = contents(cache);
            long requested = model.requestedBytes();

            assertEquals(
                    "the cache is full: 5 tokens and 2 new ones do not fit into a capacity of 6."
                        + " Give it a capacity of at least 7, or a shorter prompt or token budget.",
                    assertThrows(CacheFullException.class, () -> decoder.prefill(new int[] {1, 2}))
                            .getMessage());

            assertEquals(5, cache.length());
            assertEquals(requested, model.requestedBytes());
            assertArrayEquals(before, contents(cache));
            decoder.step(42);
            assertEquals(6, cache.length());
        }
    }

    @Test
    void aStaticCacheHasAtLeastOneSlot() {
        long before = model.bytesInUse();
        assertEquals(
                "expected a capacity of at least 1, found 0",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> CacheStrategy.STATIC.open(geometry, model.storage(), 0))
                        .getMessage());
        assertEquals(before, model.bytesInUse());
    }

    @Test
    void saysHowMuchMemoryAStaticCacheWouldHaveTaken() {
        long before = model.bytesInUse();
        int slots = 1 << 22;

        CacheAllocationException refused =
                assertThrows(
                        CacheAllocationException.class,
                        () -> CacheStrategy.STATIC.open(HUGE, model.storage(), slots));

        var cause = assertInstanceOf(OutOfDeviceMemoryException.class, refused.getCause());
        assertEquals(
                "no memory on Cpu for a cache of 4194304 slots (2 layers x 2 (K, V) x 4096 KV heads"
                        + " x 4096 head dim x 4 bytes = 1,125,899,906,842,624 bytes): "
                        + cause.getMessage()
                        + " Use fewer tokens, or a machine with more memory.",
                refused.getMessage());
        assertEquals(before, model.bytesInUse());
    }

    @Test
    void aPresentThatDoesNotFitLeavesTheDynamicCacheAsItWas() {
        long before = model.bytesInUse();
        try (var cache = new DynamicCache(HUGE, model.storage())) {
            long requested = model.requestedBytes();
            // Refused before anything is bound, so any step will do.
            assertThrows(CacheAllocationException.class, () -> cache.bind(null, 1 << 22));

            assertEquals(0, cache.length());
            assertEquals(0, cache.heldBytes());
            assertEquals(0, cache.peakBytes());
            assertEquals(requested, model.requestedBytes());
        }
        assertEquals(before, model.bytesInUse());
    }

    @Test
    void aDynamicCacheMovesWithEachStep() {
        long before = model.requestedBytes();
        try (var cache = new DynamicCache(geometry, model.storage())) {
            model.decoder().begin(cache);
            model.decoder().prefill(PROMPT);
            assertEquals(geometry.bytes(5), model.requestedBytes() - before);
            model.decoder().step(42);
            assertEquals(geometry.bytes(6), model.requestedBytes() - before);
        }
    }

    private static long[] addresses(StaticCache cache) {
        return IntStream.range(0, BUFFERS).mapToLong(i -> cache.slots().buffer(i)).toArray();
    }

    private void fill(StaticCache cache, int bits) {
        for (int i = 0; i < BUFFERS; i++) {
            MemorySegment buffer = buffer(cache, i);
            for (long element = 0; element < buffer.byteSize() / Integer.BYTES; element++) {
                buffer.setAtIndex(ValueLayout.JAVA_INT, element, bits);
            }
        }
    }

    private int[][] contents(StaticCache cache) {
        return IntStream.range(0, BUFFERS)
                .mapToObj(i -> buffer(cache, i).toArray(ValueLayout.JAVA_INT))
                .toArray(int[][]::new);
    }

    @SuppressWarnings("restricted")
    private MemorySegment buffer(StaticCache cache, int i) {
        return MemorySegment.ofAddress(cache.slots().buffer(i))
                .reinterpret(geometry.bytesPerTokenPerTensor() * cache.capacity().orElseThrow());
    }

    /**
     * The slots from {@code from} to before {@code to} of each head, of [kvHeads, slots, headDim].
     */
    private int[] rows(int[] buffer, int from, int to) {
        int width = geometry.headDim();
        int head = buffer.length / geometry.kvHeads();
        return IntStream.range(0, geometry.kvHeads())
                .flatMap(h -> Arrays.stream(buffer, h * head + from * width, h * head + to * width))
                .toArray();
    }

    private void assertRows(int[] buffer, int from, int to, boolean written) {
        int[] rows = rows(buffer, from, to);
        assertTrue(rows.length > 0);
        for (int bits : rows) {
            assertEquals(written, bits != UNTOUCHED, "slots %d to %d".formatted(from, to));
        }
    }
}
