package kvbench.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.cache.CacheStrategy;
import kvbench.checkpoint.ModelFolder;
import kvbench.engine.Computing;
import kvbench.engine.CudaFacts.Driver;
import kvbench.engine.ModelMemory;
import kvbench.engine.Provider;
import kvbench.engine.SomeFacts;
import kvbench.gpu.ComputeCapability;
import kvbench.gpu.DeviceMemory;
import kvbench.gpu.Reading;
import kvbench.model.ElementType;
import kvbench.model.LlamaConfig;
import kvbench.onnx.Sampling;
import kvbench.reference.TinyFolder;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.options.TimeValue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an arm takes where a GPU computes. A token of the tiny model takes 64 bytes of cache in
 * float16; its rotation's table is 512 x 16 numbers.
 */
class DeviceNeedTest {
    private static final int KV_BYTES = 64;
    private static final int ROTATION_BYTES = 512 * 16 * 2;

    @TempDir Path temporary;

    private ModelFolder model;
    private LlamaConfig config;

    @BeforeEach
    void writeModel() {
        model = ModelFolder.find(TinyFolder.write(temporary.resolve("tiny"), 512).toString());
        config = model.config();
    }

    @Test
    void cachesActivationsAndWeightsAreOnTheDeviceAndTheCastIsNot() {
        Demand demand = demand(CacheStrategy.STATIC, 100);
        MemoryNeed need = MemoryNeed.of(demand);
        long weights = 2 * config.parameters();
        long cache = 101 * KV_BYTES;
        assertEquals(weights + ROTATION_BYTES + cache, need.certainDeviceBytes());
        assertEquals(
                need.certainDeviceBytes() + need.activationBytes() + (512L << 20),
                need.deviceBytes());
        // Stored in float32, cast to float16 on the host.
        long decoder = 512 * 24 + config.vocabSize() * 2L;
        assertEquals(weights + ROTATION_BYTES + decoder, need.certainBytes());
        assertEquals(
                need.certainBytes()
                        + 4 * config.parameters()
                        + (cache + need.activationBytes()) / 32,
                need.hostBytes());
    }

    @Test
    void onTheCpuNothingIsOnADevice() {
        Demand onCpu =
                demand(
                        new Computing(
                                Provider.CPU,
                                1,
                                ElementType.FLOAT32,
                                Sampling.HOST,
                                Optional.empty()),
                        CacheStrategy.STATIC,
                        100);
        assertEquals(0, MemoryNeed.of(onCpu).deviceBytes());
        assertEquals(0, MemoryNeed.of(onCpu).certainDeviceBytes());
    }

    @Test
    void copyingTakesTwoBuffersOfTheDeviceAndNothingOfTheHost() {
        MemoryNeed need = MemoryNeed.ofCopying(1000);
        assertEquals(2000, need.certainDeviceBytes());
        assertEquals(2000 + (512L << 20), need.deviceBytes());
        assertEquals(0, need.hostBytes());
    }

    @Test
    void leavesOutWhatNoMemoryOfTheGpuHolds() {
        Demand demand = demand(CacheStrategy.DYNAMIC, 100);
        long own = 2 * config.parameters() + ROTATION_BYTES;
        long needed = own + 201 * KV_BYTES;
        assertEquals(Optional.empty(), veto(demand, gpu(needed)));
        assertEquals(
                Optional.of(
                        "201 slots of cache (1 layers x 2 (K, V) x 1 KV heads x 16 head dim x 2 bytes) and %,d bytes of the model are %,d bytes, more than the %,d bytes of the GPU's memory: choose fewer tokens"
                                .formatted(own, needed, needed - 1)),
                veto(demand, gpu(needed - 1)));
        assertEquals(
                Optional.of(
                        "201 slots of cache (1 layers x 2 (K, V) x 1 KV heads x 16 head dim x 2 bytes) and %,d bytes of the model are %,d bytes, more than the %,d bytes of the GPU's memory: choose a smaller model"
                                .formatted(own, needed, own - 1)),
                veto(demand, gpu(own - 1)));
    }

    @Test
    void aGpuWhoseMemoryIsNotToldIsNoReason() {
        Demand demand = demand(CacheStrategy.DYNAMIC, 100);
        assertEquals(
                Optional.empty(),
                veto(demand, SomeFacts.ready().withDriver(Reading.absent("no answer"))));
    }

    @Test
    void leavesOutWhatTheHostCannotCast() {
        Demand demand = demand(CacheStrategy.STATIC, 100);
        long cast = MemoryNeed.of(demand).certainBytes();
        try (var feasibility =
                new Feasibility(new Machine(cast - 1, 2, SomeFacts.ready().readiness()))) {
            assertEquals(
                    Optional.of(
                            "%,d private bytes of the model, with the copy of its weights that is cast on the host, are more than the %,d bytes of memory that this process may use: choose a smaller model"
                                    .formatted(cast, cast - 1)),
                    feasibility.veto(demand));
        }
    }

    @Test
    void leavesOutCopiesThatTheGpuHasNoRoomFor() {
        var cell =
                new Cell(
                        "kvbench.bench.DeviceBandwidthBenchmark.copy",
                        Map.of("bytes", "2097152"),
                        new Schedule(1, 1, 2, TimeValue.seconds(1), TimeValue.seconds(1)));
        assertEquals(Optional.empty(), veto(cell, gpu(2 * 2097152)));
        assertEquals(
                Optional.of(
                        "two buffers of 2,097,152 bytes are more than the 4,194,303 bytes of the"
                                + " GPU's memory: choose fewer"),
                veto(cell, gpu(2 * 2097152 - 1)));
    }

    @Test
    void ofSeveralGpusTheLargestCounts() {
        assertEquals(OptionalLong.of(9), new Machine(1, 1, gpu(5, 9, 7).readiness()).deviceBytes());
        assertEquals(
                OptionalLong.empty(),
                new Machine(1, 1, SomeFacts.cpuOnly().readiness()).deviceBytes());
    }

    private static Optional<String> veto(Demand demand, SomeFacts facts) {
        try (var feasibility = new Feasibility(new Machine(1L << 40, 2, facts.readiness()))) {
            return feasibility.veto(demand);
        }
    }

    private static Optional<String> veto(Cell cell, SomeFacts facts) {
        try (var feasibility = new Feasibility(new Machine(1L << 40, 2, facts.readiness()))) {
            return feasibility.veto(cell);
        }
    }

    private static SomeFacts gpu(long... bytes) {
        Driver driver =
                new Driver(
                        Reading.of("570.124.06"),
                        Reading.of("12.8"),
                        Reading.of(
                                Arrays.stream(bytes)
                                        .mapToObj(
                                                total ->
                                                        SomeFacts.gpu(
                                                                0,
                                                                "a GPU",
                                                                new ComputeCapability(9, 0),
                                                                new DeviceMemory(total, 0, 0)))
                                        .toList()));
        return SomeFacts.ready().withDriver(Reading.of(driver));
    }

    private Demand demand(CacheStrategy strategy, int depth) {
        return demand(
                new Computing(
                        Provider.CUDA, 1, ElementType.FLOAT16, Sampling.DEVICE, Optional.empty()),
                strategy,
                depth);
    }

    private Demand demand(Computing computing, CacheStrategy strategy, int depth) {
        return new Demand(
                model,
                computing,
                new ModelMemory(config, ElementType.FLOAT32, computing.type()),
                strategy,
                Optional.of(Stretch.prefill(depth)),
                List.of(Stretch.probedStep(depth)),
                depth + 1L,
                depth + 1L);
    }
}
