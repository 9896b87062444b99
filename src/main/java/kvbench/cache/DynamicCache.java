package kvbench.cache;

import kvbench.device.Storage;
import kvbench.model.KvGeometry;
import kvbench.ort.MemoryRange;

import java.util.List;
import java.util.OptionalInt;

/**
 * Grows with the sequence: each step's present is a fresh buffer one step longer, into which the
 * runtime copies the past; then the past is freed. It is what Hugging Face's {@code DynamicCache}
 * does by concatenation.
 *
 * <p>Holds the bytes of exactly its tokens, no slack; while a step runs, past and present are alive
 * together, which is {@link #peakBytes}. {@link #rewindTo} copies what stays into buffers of that
 * length.
 */
public final class DynamicCache implements KvCache {
    private KvTensors past; // [batch, kvHeads, length, headDim]
    private KvTensors present; // [batch, kvHeads, length + new, headDim], none between steps
    private final KvGeometry geometry;
    private int length;
    private long peakBytes;
    private long copiedBytes;

    DynamicCache(KvGeometry geometry, Storage storage) {
        this.geometry = geometry;
        past = KvTensors.of(geometry, storage, 0);
        present = new KvTensors(geometry, storage);
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
        return OptionalInt.empty();
    }

    @Override
    public long heldBytes() {
        return past.bytes();
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
        return past.ranges();
    }

    @Override
    public void bind(Step step, int newTokens) {
        present.allocate(length + newTokens);
        step.bind(past, present);
        peakBytes = Math.max(peakBytes, past.bytes() + present.bytes());
        copiedBytes += past.bytes();
    }

    @Override
    public void commit(int newTokens) {
        KvTensors computed = present;
        present = past;
        past = computed;
        present.free();
        length += newTokens;
    }

    @Override
    public void abandon() {
        present.free();
    }

    @Override
    public void rewindTo(int length) {
        if (Rewind.checked(length, this.length) < this.length) {
            present.free();
            past.cutTo(length);
            copiedBytes += past.bytes();
            peakBytes = Math.max(peakBytes, past.bytes() + geometry.bytes(this.length));
            this.length = length;
        }
    }

    @Override
    public void close() {
        present.close();
        past.close();
        length = 0;
    }
}
