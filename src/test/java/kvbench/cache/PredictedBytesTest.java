package kvbench.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kvbench.generate.Decoder;
import kvbench.model.ElementType;
import kvbench.model.KvGeometry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.stream.IntStream;

/** What a strategy is said to take is what its caches then tell. */
class PredictedBytesTest {
    private static final int CAPACITY = 40;

    @TempDir Path folder;

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void holdsForAPromptAndForEachStepAfterIt(CacheStrategy strategy) {
        try (var model = new SmallDecoder(folder, strategy)) {
            KvGeometry geometry = model.geometry();
            for (int prompt : new int[] {1, 2, 17, 33}) {
                try (KvCache cache = strategy.open(geometry, model.storage(), CAPACITY)) {
                    Decoder decoder = model.decoder();
                    decoder.begin(cache);
                    decoder.prefill(IntStream.range(0, prompt).toArray());
                    String after = strategy + " after a prompt of " + prompt;
                    assertEquals(
                            strategy.heldBytes(geometry, prompt, CAPACITY),
                            cache.heldBytes(),
                            after);
                    assertEquals(
                            strategy.peakBytes(geometry, 0, prompt, CAPACITY),
                            cache.peakBytes(),
                            after);
                    long peak = strategy.peakBytes(geometry, 0, prompt, CAPACITY);
                    for (int cached = prompt; cached < prompt + 5; cached++) {
                        decoder.step(7);
                        assertEquals(
                                strategy.heldBytes(geometry, cached + 1, CAPACITY),
                                cache.heldBytes());
                        peak = Math.max(peak, strategy.peakBytes(geometry, cached, 1, CAPACITY));
                        assertEquals(peak, cache.peakBytes());
                    }
                }
            }
        }
    }

    @Test
    void countsNoMoreThanALongCan() {
        var geometry = new KvGeometry(4096, 1 << 10, 1 << 10, ElementType.FLOAT32);
        assertThrows(
                ArithmeticException.class,
                () -> CacheStrategy.STATIC.heldBytes(geometry, 1, 1L << 30));
        assertThrows(
                ArithmeticException.class,
                () -> CacheStrategy.DYNAMIC.peakBytes(geometry, 1L << 27, 1, 1));
    }
}
