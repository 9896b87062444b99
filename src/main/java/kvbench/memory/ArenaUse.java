package kvbench.memory;

import kvbench.ort.OrtAllocator;

import java.util.Map;
import java.util.Optional;

/**
 * What ONNX Runtime's allocator tells of its arena, in bytes and counts since its session began.
 *
 * <p>An arena takes regions from the system, each usually twice the one before, and hands out
 * chunks of them; what is freed it keeps. A chunk that is larger than asked for is handed out whole
 * unless half of it would be left over, so that {@link #inUse} can be well above {@link
 * #requested}.
 *
 * @param inUse bytes of the chunks that are handed out ({@code InUse})
 * @param mostInUse the most there ever were ({@code MaxInUse}); nothing sets it back
 * @param requested bytes of them that were asked for ({@code RequestedInUse})
 * @param reserved bytes taken from the system ({@code TotalAllocated})
 * @param allocations chunks that were ever handed out ({@code NumAllocs})
 */
public record ArenaUse(
        long inUse, long mostInUse, long requested, long reserved, long allocations) {
    /** Why there are no figures where there are none. */
    public static final String NO_STATISTICS = "the runtime's allocator keeps no statistics";

    /** The counters now, or empty where the allocator keeps none. */
    public static Optional<ArenaUse> of(OrtAllocator allocator) {
        return of(allocator.statistics());
    }

    static Optional<ArenaUse> of(Map<String, Long> statistics) {
        if (!statistics.containsKey("TotalAllocated")) {
            return Optional.empty();
        }
        return Optional.of(
                new ArenaUse(
                        statistics.get("InUse"),
                        statistics.get("MaxInUse"),
                        statistics.get("RequestedInUse"),
                        statistics.get("TotalAllocated"),
                        statistics.get("NumAllocs")));
    }
}
