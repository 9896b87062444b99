package kvbench.cache;

import kvbench.device.Device;
import kvbench.device.Storage;
import kvbench.model.KvGeometry;
import kvbench.ort.MemoryRange;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalInt;

/**
 * Kept in arrays of the Java heap: each step copies the past from there to the runtime, which makes
 * a present one step longer, and copies that back. It is the way that ONNX Runtime's own Java API
 * forces, whose tensors are made from Java's arrays and read into them.
 *
 * <p>Holds the bytes of exactly its tokens, on the Java heap. Arrays are allocated anew in each
 * step; the garbage collector frees the old ones when it will, so that the process takes more than
 * is held.
 *
 * <p>Not to be chosen: it is here to show what that way costs. On a GPU the cache crosses the bus
 * twice for each token.
 */
public final class HostCache implements KvCache {
    private final KvGeometry geometry;
    private final Device device;
    private final KvTensors past; // [batch, kvHeads, length, headDim], none between steps
    private final KvTensors present; // [batch, kvHeads, length + new, headDim], none between steps
    private MemorySegment[] held; // each [kvHeads * length * headDim], on the heap
    private MemorySegment[] computed; // each [kvHeads * (length + new) * headDim], on the heap
    private int length;
    private long peakBytes;
    private long copiedBytes;

    HostCache(KvGeometry geometry, Storage storage) {
        this.geometry = geometry;
        device = storage.device();
        past = new KvTensors(geometry, storage);
        present = new KvTensors(geometry, storage);
        held = arrays(0);
        computed = held;
    }

    private MemorySegment[] arrays(int tokens) {
        var arrays = new MemorySegment[past.count()];
        int bytes = Math.toIntExact(geometry.bytesPerTokenPerTensor() * tokens);
        for (int i = 0; i < arrays.length; i++) {
            arrays[i] = MemorySegment.ofArray(new byte[bytes]);
        }
        return arrays;
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
        return geometry.bytes(length);
    }

    @Override
    public long peakBytes() {
        return peakBytes;
    }

    @Override
    public long copiedBytes() {
        return copiedBytes;
    }

    /** None: the garbage collector moves what is on the heap. */
    @Override
    public List<MemoryRange> buffers() {
        return List.of();
    }

    @Override
    public void bind(Step step, int newTokens) {
        past.allocate(length);
        for (int i = 0; i < held.length; i++) {
            device.uploadArray(past.buffer(i), held[i]);
        }
        present.allocate(length + newTokens);
        step.bind(past, present);
        peakBytes = Math.max(peakBytes, heldBytes() + past.bytes() + present.bytes());
        copiedBytes += 2 * past.bytes();
    }

    @Override
    public void ran(int newTokens) {
        past.free();
        computed = arrays(length + newTokens);
        for (int i = 0; i < computed.length; i++) {
            device.downloadArray(computed[i], present.buffer(i));
        }
        peakBytes = Math.max(peakBytes, heldBytes() + 2 * present.bytes());
        copiedBytes += present.bytes();
        present.free();
    }

    @Override
    public void commit(int newTokens) {
        held = computed;
        length += newTokens;
    }

    @Override
    public void abandon() {
        past.free();
        present.free();
        computed = held;
    }

    @Override
    public void rewindTo(int length) {
        if (Rewind.checked(length, this.length) < this.length) {
            MemorySegment[] cut = arrays(length);
            long row = (long) geometry.headDim() * geometry.type().bytes();
            for (int i = 0; i < cut.length; i++) {
                for (int head = 0; head < geometry.kvHeads(); head++) {
                    MemorySegment.copy(
                            held[i],
                            head * this.length * row,
                            cut[i],
                            head * length * row,
                            length * row);
                }
            }
            copiedBytes += geometry.bytes(length);
            peakBytes = Math.max(peakBytes, heldBytes() + geometry.bytes(length));
            held = cut;
            this.length = length;
        }
    }

    @Override
    public void close() {
        present.close();
        past.close();
        held = new MemorySegment[0];
        computed = held;
        length = 0;
    }
}
