package kvbench.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.generate.Decoder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

class HostCacheTest {
    private static final int[] PROMPT = {11, 5, 60, 7, 33};

    @TempDir Path folder;

    @Test
    void holdsItsTokensOnTheHeapAndNothingOfTheRuntimeBetweenSteps() {
        try (var model = new SmallDecoder(folder, CacheStrategy.HOST);
                KvCache cache = CacheStrategy.HOST.open(model.geometry(), model.storage(), 1)) {
            Decoder decoder = model.decoder();
            decoder.begin(cache);
            long before = model.requestedBytes();
            long perToken = model.geometry().bytesPerToken();

            decoder.prefill(PROMPT);
            assertEquals(5 * perToken, cache.heldBytes());
            // The present as it was computed, and its copy.
            assertEquals(2 * 5 * perToken, cache.peakBytes());
            assertEquals(5 * perToken, cache.copiedBytes());

            decoder.step(1);
            assertEquals(6 * perToken, cache.heldBytes());
            assertEquals((5 + 2 * 6) * perToken, cache.peakBytes());
            // To the runtime, from its past to its present, and back.
            assertEquals((5 + 5 + 5 + 6) * perToken, cache.copiedBytes());
            assertEquals(before, model.requestedBytes());
            assertEquals(List.of(), cache.buffers());
        }
    }

    @Test
    void aProbeBringsItsPresentBackAsAStepDoes() {
        try (var model = new SmallDecoder(folder, CacheStrategy.HOST);
                KvCache cache = CacheStrategy.HOST.open(model.geometry(), model.storage(), 1)) {
            Decoder decoder = model.decoder();
            decoder.begin(cache);
            decoder.prefill(PROMPT);
            long before = cache.copiedBytes();
            decoder.probe(1);
            long probed = cache.copiedBytes() - before;
            decoder.step(1);
            assertEquals(probed, cache.copiedBytes() - before - probed);
        }
    }
}
