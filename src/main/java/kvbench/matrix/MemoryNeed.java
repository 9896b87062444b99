package kvbench.matrix;

import kvbench.cache.CacheStrategy;
import kvbench.engine.ModelMemory;
import kvbench.engine.Provider;
import kvbench.model.KvGeometry;

import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Bytes that one fork of an arm takes, but for Java's own.
 *
 * @param heldBytes of the cache when it is longest
 * @param peakBytes of the cache, the most alive at once: past and present of the largest run
 * @param activationBytes of the longest pass, an estimate: {@link ModelMemory#activationBytes}
 * @param mappedBytes of the weights' files
 * @param privateBytes of the loaded model, beside those
 * @param heapBytes of what is read to measure bandwidth; 0 where a model runs
 * @param device what a device holds beside the cache and the activations, which are there too;
 *     empty where the CPU computes
 */
public record MemoryNeed(
        long heldBytes,
        long peakBytes,
        long activationBytes,
        long mappedBytes,
        long privateBytes,
        long heapBytes,
        Optional<DeviceNeed> device) {

    /**
     * Bytes of ONNX Runtime's arena for each byte of its own list of them: a handle of 8 bytes for
     * every 256. Source: {@code AllocationRegion} and {@code kMinAllocationSize} in {@code
     * bfc_arena.h}.
     */
    private static final long ARENA_BYTES_PER_BYTE_OF_LIST = 256 / 8;

    /** Of a fork that fills {@code bytes} of the heap and runs no model. */
    public static MemoryNeed ofHeap(long bytes) {
        return new MemoryNeed(0, 0, 0, 0, 0, bytes, Optional.empty());
    }

    /** Of a fork that copies {@code bytes} within a device, from one buffer to another. */
    public static MemoryNeed ofCopying(long bytes) {
        return new MemoryNeed(
                0,
                0,
                0,
                0,
                0,
                0,
                Optional.of(
                        new DeviceNeed(Math.multiplyExact(2L, bytes), DeviceNeed.CONTEXT_BYTES)));
    }

    /**
     * Of a fork that does what {@code demand} says.
     *
     * @throws ArithmeticException if some count is beyond a {@code long}
     */
    public static MemoryNeed of(Demand demand) {
        CacheStrategy strategy = demand.strategy();
        KvGeometry geometry = demand.geometry();
        ModelMemory memory = demand.memory();
        List<Stretch> stretches = demand.stretches();
        return new MemoryNeed(
                most(
                        stretches,
                        stretch -> strategy.heldBytes(geometry, stretch.kept(), demand.capacity())),
                most(stretches, stretch -> peak(demand, geometry, stretch)),
                memory.activationBytes(most(stretches, stretch -> longestPass(strategy, stretch))),
                memory.mappedBytes(),
                memory.privateBytes(),
                0,
                demand.computing().provider() == Provider.CUDA
                        ? Optional.of(DeviceNeed.of(memory))
                        : Optional.empty());
    }

    /**
     * What a fork cannot do without on the host, which is less than all of it by what the system
     * may drop and what varies.
     */
    public long certainBytes() {
        return Math.addExact(Math.addExact(onHost(peakBytes), privateBytes), heapBytes);
    }

    /** All of it on the host, with the list that the runtime keeps of its arena. */
    public long hostBytes() {
        long arena = Math.addExact(peakBytes, activationBytes);
        return Stream.of(certainBytes(), onHost(activationBytes), mappedBytes)
                .reduce(arena / ARENA_BYTES_PER_BYTE_OF_LIST, Math::addExact);
    }

    /** What a fork cannot do without on a device; 0 where the CPU computes. */
    public long certainDeviceBytes() {
        return device.map(need -> Math.addExact(need.ownBytes(), peakBytes)).orElse(0L);
    }

    /** All of it on a device; 0 where the CPU computes. */
    public long deviceBytes() {
        return device.map(
                        need ->
                                Stream.of(activationBytes, need.contextBytes())
                                        .reduce(certainDeviceBytes(), Math::addExact))
                .orElse(0L);
    }

    /** Where a device computes, caches and activations are there. */
    private long onHost(long bytes) {
        return device.isPresent() ? 0 : bytes;
    }

    private static long peak(Demand demand, KvGeometry geometry, Stretch stretch) {
        CacheStrategy strategy = demand.strategy();
        long capacity = demand.capacity();
        long pass =
                strategy.peakBytes(geometry, stretch.cached(), stretch.promptTokens(), capacity);
        // A cache that grows by chunks has its peak in any step.
        return LongStream.range(stretch.end() - stretch.steps(), stretch.end())
                .map(cached -> strategy.peakBytes(geometry, cached, 1, capacity))
                .reduce(pass, Math::max);
    }

    /** Without a cache every run is a pass over all there is. */
    private static long longestPass(CacheStrategy strategy, Stretch stretch) {
        return strategy == CacheStrategy.NONE
                ? stretch.end()
                : Math.max(stretch.promptTokens(), Math.min(1, stretch.steps()));
    }

    private static long most(List<Stretch> stretches, ToLongFunction<Stretch> quantity) {
        return stretches.stream().mapToLong(quantity).max().orElse(0);
    }
}
