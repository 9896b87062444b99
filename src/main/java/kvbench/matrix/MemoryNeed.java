package kvbench.matrix;

import kvbench.cache.CacheStrategy;
import kvbench.engine.ModelMemory;
import kvbench.model.KvGeometry;

import java.util.List;
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
 */
public record MemoryNeed(
        long heldBytes,
        long peakBytes,
        long activationBytes,
        long mappedBytes,
        long privateBytes,
        long heapBytes) {

    /**
     * Bytes of ONNX Runtime's arena for each byte of its own list of them: a handle of 8 bytes for
     * every 256. Source: {@code AllocationRegion} and {@code kMinAllocationSize} in {@code
     * bfc_arena.h}.
     */
    private static final long ARENA_BYTES_PER_BYTE_OF_LIST = 256 / 8;

    /** Of a fork that fills {@code bytes} of the heap and runs no model. */
    public static MemoryNeed ofHeap(long bytes) {
        return new MemoryNeed(0, 0, 0, 0, 0, bytes);
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
                0);
    }

    /**
     * What a fork cannot do without, which is more than what the system may drop or what varies.
     */
    public long certainBytes() {
        return Math.addExact(Math.addExact(peakBytes, privateBytes), heapBytes);
    }

    /** All of it, on the CPU's side, with the list that the runtime keeps of its arena. */
    public long hostBytes() {
        long arena = Math.addExact(peakBytes, activationBytes);
        return Stream.of(certainBytes(), activationBytes, mappedBytes)
                .reduce(arena / ARENA_BYTES_PER_BYTE_OF_LIST, Math::addExact);
    }

    /** On a device: none, since this version runs on the CPU only. */
    public long deviceBytes() {
        return 0;
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
