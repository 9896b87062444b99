package kvbench.cache;

import kvbench.device.Storage;
import kvbench.model.KvGeometry;
import kvbench.ort.MemoryRange;

import java.util.List;
import java.util.OptionalInt;

/**
 * Appended in place while it fits, as {@link StaticCache}; where it does not, buffers some times as
 * large are allocated, the tokens are copied into them, and the old ones are freed. It is what a
 * growing array does, and vLLM's and Hugging Face's caches that allocate ahead by blocks do alike.
 *
 * <p>Holds the bytes of its capacity: the least of the sizes {@code first}, {@code first * growth},
 * ... (each rounded up) in which its longest text so far had room. While it grows both buffers are
 * alive. What a step has made it grow by stays, also where the step is abandoned: the cost of
 * growing is paid once for each size. {@link #rewindTo} copies nothing and frees nothing.
 *
 * <p>To be chosen where the length of an answer is not known beforehand: it copies a token about
 * {@code 1 / (growth - 1)} times in all, where {@link DynamicCache} copies it in each step, and
 * wastes less than a static cache that must be made for the longest.
 */
public final class ChunkedCache implements KvCache {
    private final ChunkedStrategy sizes;
    private final KvGeometry geometry;
    private final Storage storage;
    private KvTensors slots; // [batch, kvHeads, capacity, headDim], past and present at once
    private int length;
    private long peakBytes;
    private long copiedBytes;

    ChunkedCache(ChunkedStrategy sizes, KvGeometry geometry, Storage storage) {
        this.sizes = sizes;
        this.geometry = geometry;
        this.storage = storage;
        slots = KvTensors.of(geometry, storage, sizes.capacityFor(0));
        peakBytes = slots.bytes();
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int reusedTokens() {
        return length;
    }

    /** Empty: there is always room for more. */
    @Override
    public OptionalInt capacity() {
        return OptionalInt.empty();
    }

    @Override
    public long heldBytes() {
        return slots.bytes();
    }

    @Override
    public long peakBytes() {
        return peakBytes;
    }

    @Override
    public long copiedBytes() {
        return copiedBytes;
    }

    @Override
    public List<MemoryRange> buffers() {
        return slots.ranges();
    }

    @Override
    public void bind(Step step, int newTokens) {
        slots.requireOpen();
        if (length + newTokens > slots.slots()) {
            growFor(length + newTokens);
        }
        step.bindInPlace(slots);
    }

    private void growFor(int tokens) {
        KvTensors grown = KvTensors.of(geometry, storage, sizes.capacityFor(tokens));
        slots.copyTo(grown, length);
        copiedBytes += geometry.bytes(length);
        peakBytes = Math.max(peakBytes, slots.bytes() + grown.bytes());
        slots.close();
        slots = grown;
    }

    @Override
    public void commit(int newTokens) {
        length += newTokens;
    }

    @Override
    public void abandon() {
        // What the step wrote lies beyond the length.
    }

    @Override
    public void rewindTo(int length) {
        this.length = Rewind.checked(length, this.length);
    }

    @Override
    public void close() {
        slots.close();
        length = 0;
    }
}
