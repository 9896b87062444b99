package kvbench.ort;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A session's allocator for one place: its arena, unless the session was told to have none. Close
 * before the session.
 */
public final class OrtAllocator extends NativeObject {
    private final MemoryPlace place;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);

    private OrtAllocator(long address, MemoryPlace place) {
        super(address, OrtApi::releaseAllocator);
        this.place = place;
    }

    /**
     * The allocator that {@code session} uses for {@code place}, which stays the caller's to close
     * afterwards.
     */
    public static OrtAllocator of(OrtSession session, MemoryPlace place) {
        return new OrtAllocator(
                create(
                        result ->
                                OrtApi.createAllocator(session.address(), place.address(), result)),
                place);
    }

    public MemoryPlace place() {
        return place;
    }

    /**
     * Allocates {@code bytes}; their content is undefined.
     *
     * @return the address, to be given back to {@link #free}
     * @throws OrtException if there is not as much memory
     * @throws IllegalArgumentException if it is not at least one byte
     */
    public long allocate(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException(
                    "expected to allocate at least 1 byte, found " + bytes);
        }
        OrtApi.allocatorAlloc(address(), bytes, out.address());
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    public void free(long allocated) {
        OrtApi.allocatorFree(address(), allocated);
    }

    /**
     * The arena's own counters by ONNX Runtime's names: {@code InUse}, {@code MaxInUse}, {@code
     * TotalAllocated} (bytes), {@code NumAllocs}, ... Empty where the allocator keeps none.
     */
    public Map<String, Long> statistics() {
        long pairs = create(result -> OrtApi.allocatorGetStats(address(), result));
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment keys = scratch.allocate(ValueLayout.JAVA_LONG);
            MemorySegment values = scratch.allocate(ValueLayout.JAVA_LONG);
            MemorySegment count = scratch.allocate(ValueLayout.JAVA_LONG);
            OrtApi.getKeyValuePairs(pairs, keys.address(), values.address(), count.address());
            long length = count.get(ValueLayout.JAVA_LONG, 0);
            List<String> names = OrtEnvironment.texts(keys.get(ValueLayout.JAVA_LONG, 0), length);
            List<String> numbers =
                    OrtEnvironment.texts(values.get(ValueLayout.JAVA_LONG, 0), length);
            var statistics = new LinkedHashMap<String, Long>();
            for (int i = 0; i < names.size(); i++) {
                statistics.put(names.get(i), Long.valueOf(numbers.get(i)));
            }
            return statistics;
        } finally {
            OrtApi.releaseKeyValuePairs(pairs);
        }
    }

    @Override
    public void close() {
        super.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
