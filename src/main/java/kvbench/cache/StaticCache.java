package kvbench.cache;

import kvbench.device.Storage;
import kvbench.model.KvGeometry;
import kvbench.ort.MemoryRange;

import java.util.List;
import java.util.OptionalInt;

/**
 * Preallocated: past and present are one buffer of fixed capacity, into which a step's keys and
 * values are written in place. It is Hugging Face's {@code StaticCache}, and what ONNX Runtime
 * calls sharing the past and present buffer.
 *
 * <p>Holds the bytes of its capacity from the first moment to the last, however few tokens there
 * are. Nothing is ever copied; the rows beyond the length are never read, and need not be cleared.
 */
public final class StaticCache implements KvCache {
    private final KvTensors slots; // [batch, kvHeads, capacity, headDim], past and present at once
    private final int capacity;
    private int length;

    /**
     * An empty cache of {@code capacity} slots, at least 1.
     *
     * @throws CacheAllocationException if there is not as much memory
     */
    public StaticCache(KvGeometry geometry, Storage storage, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "expected a capacity of at least 1, found " + capacity);
        }
        this.capacity = capacity;
        slots = KvTensors.of(geometry, storage, capacity);
    }

    /** The buffers, whose addresses never change. */
    KvTensors slots() {
        return slots;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int reusedTokens() {
        return length;
    }

    @Override
    public OptionalInt capacity() {
        return OptionalInt.of(capacity);
    }

    @Override
    public long heldBytes() {
        return slots.bytes();
    }

    @Override
    public long peakBytes() {
        return slots.bytes();
    }

    @Override
    public long copiedBytes() {
        return 0;
    }

    @Override
    public List<MemoryRange> buffers() {
        return slots.ranges();
    }

    @Override
    public void bind(Step step, int newTokens) {
        slots.requireOpen();
        if (length + newTokens > capacity) {
            throw new CacheFullException(length, newTokens, capacity);
        }
        step.bindInPlace(slots);
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
