package kvbench.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kvbench.device.FakeCudaDevice;
import kvbench.device.OutOfDeviceMemoryException;
import kvbench.generate.Decoder;
import kvbench.generate.RecordingWatch;
import kvbench.gpu.FakeCudart;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Decoding in memory that is allocated and copied by CUDA's calls, on their stand-in: what a GPU is
 * asked for, less the kernels.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "CUDA's stand-in is built by cc")
class CudaStorageTest {
    private static final int[] PROMPT = {11, 5, 60, 7, 33};
    private static final int CAPACITY = 32;
    private static final int OUT_OF_MEMORY = 2;

    @TempDir Path folder;

    private FakeCudart cudart;

    @BeforeEach
    void build() throws Exception {
        cudart = FakeCudart.build(folder);
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void decodesAsTheReferenceDoesAndFreesAllOnce(CacheStrategy strategy) {
        try (var model = new SmallDecoder(folder, strategy, FakeCudaDevice.open(cudart));
                KvCache cache =
                        strategy.open(model.geometry(), model.storageOfDevice(), CAPACITY)) {
            Decoder decoder = model.decoder();
            decoder.begin(cache);
            decoder.prefill(PROMPT);
            decoder.step(42);
            assertLogits(model, 11, 5, 60, 7, 33, 42);
            decoder.rewindTo(3);
            int next = decoder.step(8);
            assertLogits(model, 11, 5, 60, 8);
            decoder.step(next);
            assertLogits(model, 11, 5, 60, 8, next);
        }
        assertEquals(0, cudart.alive());
    }

    @ParameterizedTest
    @ValueSource(strings = {"static", "static-graph"})
    void aGreedyStepBringsOneNumberToTheHostAndWaitsOnce(String name) {
        CacheStrategy strategy = CacheStrategy.parse(name);
        try (var model = new SmallDecoder(folder, strategy, FakeCudaDevice.open(cudart));
                KvCache cache =
                        strategy.open(model.geometry(), model.storageOfDevice(), CAPACITY)) {
            Decoder decoder = model.decoder();
            decoder.begin(cache);
            decoder.prefill(PROMPT);
            // The first is recorded, where steps are.
            int next = decoder.step(42);
            assertNotEquals(42, next);
            cudart.calls();
            decoder.step(next);
            assertEquals(
                    strategy.isReplayed()
                            ? List.of(
                                    "8 bytes within the device",
                                    "4 bytes within the device",
                                    "8 bytes within the device",
                                    "8 bytes to the host",
                                    "wait")
                            : List.of("8 bytes within the device", "8 bytes to the host", "wait"),
                    asked());
        }
    }

    @Test
    void eachCacheIsRecordedOnceAndSaysSo() {
        var told = new ArrayList<String>();
        try (var model =
                new SmallDecoder(folder, CacheStrategy.STATIC_GRAPH, FakeCudaDevice.open(cudart))) {
            Decoder decoder = model.decoder();
            decoder.watch(
                    new RecordingWatch() {
                        @Override
                        public void begins() {
                            told.add("begins");
                        }

                        @Override
                        public void ended() {
                            told.add("ended");
                        }
                    });
            for (int i = 0; i < 2; i++) {
                try (KvCache cache =
                        CacheStrategy.STATIC_GRAPH.open(
                                model.geometry(), model.storageOfDevice(), CAPACITY)) {
                    decoder.begin(cache);
                    decoder.step(decoder.step(decoder.prefill(PROMPT)));
                }
            }
        }
        assertEquals(List.of("begins", "ended", "begins", "ended"), told);
    }

    /** The copies and waits since the last time, without addresses. */
    private List<String> asked() {
        return cudart.calls().stream().flatMap(CudaStorageTest::words).toList();
    }

    private static Stream<String> words(String call) {
        String[] parts = call.split(" ");
        return switch (parts[0]) {
            case "cudaStreamSynchronize" -> Stream.of("wait");
            case "cudaMemcpyAsync" -> Stream.of(parts[1] + " bytes " + direction(parts[2]));
            default -> Stream.of(call);
        };
    }

    private static String direction(String kind) {
        return switch (kind) {
            case "1" -> "to the device";
            case "2" -> "to the host";
            case "3" -> "within the device";
            default -> "by kind " + kind;
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aCacheThatFindsNoMemoryLeavesNone(int allocation) {
        try (var model =
                new SmallDecoder(folder, CacheStrategy.STATIC, FakeCudaDevice.open(cudart))) {
            int before = cudart.alive();
            cudart.fail("cudaMalloc", allocation, OUT_OF_MEMORY);
            CacheAllocationException refused =
                    assertThrows(
                            CacheAllocationException.class,
                            () ->
                                    CacheStrategy.STATIC.open(
                                            model.geometry(), model.storageOfDevice(), CAPACITY));
            assertEquals(OutOfDeviceMemoryException.class, refused.getCause().getClass());
            assertEquals(before, cudart.alive());
        }
        assertEquals(0, cudart.alive());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void aDecoderThatFindsNoMemoryLeavesNone(int allocation) {
        cudart.fail("cudaMalloc", allocation, OUT_OF_MEMORY);
        assertThrows(
                OutOfDeviceMemoryException.class,
                () -> new SmallDecoder(folder, CacheStrategy.STATIC, FakeCudaDevice.open(cudart)));
        List<String> calls = cudart.calls();
        long freed = calls.stream().filter(call -> call.equals("cudaFree 1")).count();
        long asked = calls.stream().filter(call -> call.startsWith("cudaMalloc ")).count();
        assertEquals(allocation, asked);
        assertEquals(allocation - 1, freed);
    }

    private static void assertLogits(SmallDecoder model, int... tokens) {
        float[] logits = model.decoder().logits();
        double[] actual = new double[logits.length];
        Arrays.setAll(actual, token -> logits[token]);
        assertArrayEquals(model.expectedLogits(tokens), actual, 1e-4);
    }
}
