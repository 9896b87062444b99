package kvbench.cache;

import kvbench.device.OutOfDeviceMemoryException;
import kvbench.device.Storage;
import kvbench.model.KvGeometry;
import kvbench.ort.IoBinding.Port;
import kvbench.ort.MemoryRange;
import kvbench.ort.OrtTensor;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One buffer per layer for its keys and one for its values, all with the same number of slots.
 *
 * <p>Buffers can be freed and allocated again with other numbers of slots, without a new Java
 * object.
 */
final class KvTensors implements AutoCloseable {
    /** Keys and values. */
    static final int PER_LAYER = 2;

    private static final int BATCH = 1;
    private static final int SLOTS_AXIS = 2;
    private static final long NO_BUFFER = 0;

    private final KvGeometry geometry;
    private final Storage storage;
    private final Arena arena = Arena.ofShared();
    private final long[] buffers;
    private final OrtTensor[] tensors; // each [batch, kvHeads, slots, headDim]
    private int slots;
    private boolean closed;

    /** Makes tensors of no slots, which take no memory. */
    KvTensors(KvGeometry geometry, Storage storage) {
        this.geometry = geometry;
        this.storage = storage;
        this.buffers = new long[geometry.layers() * PER_LAYER];
        this.tensors = new OrtTensor[buffers.length];
        for (int i = 0; i < tensors.length; i++) {
            tensors[i] = new OrtTensor(arena, geometry.type(), geometry.shape(BATCH, 0));
        }
    }

    /**
     * Makes tensors of {@code slots}, their content undefined.
     *
     * @throws CacheAllocationException if there is not as much memory
     */
    static KvTensors of(KvGeometry geometry, Storage storage, int slots) {
        var tensors = new KvTensors(geometry, storage);
        try {
            tensors.allocate(slots);
            return tensors;
        } catch (RuntimeException e) {
            tensors.close();
            throw e;
        }
    }

    /** Address of one buffer: keys and values of the first layer, then of the next. */
    long buffer(int i) {
        return buffers[i];
    }

    /** Where the buffers lie, as {@link #buffer} counts them. */
    List<MemoryRange> ranges() {
        return IntStream.range(0, buffers.length)
                .filter(i -> buffers[i] != NO_BUFFER)
                .mapToObj(
                        i -> new MemoryRange(buffers[i], geometry.bytesPerTokenPerTensor() * slots))
                .toList();
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the cache is closed");
        }
    }

    long bytes() {
        return geometry.bytes(slots);
    }

    /**
     * Frees what is held and allocates {@code slots} anew, their content undefined.
     *
     * @throws CacheAllocationException if there is not as much memory; then nothing is held
     */
    void allocate(int slots) {
        requireOpen();
        free();
        try {
            for (int i = 0; i < tensors.length; i++) {
                allocate(i, slots);
            }
        } catch (OutOfDeviceMemoryException e) {
            free();
            throw new CacheAllocationException(geometry, slots, storage.place(), e);
        } catch (RuntimeException e) {
            free();
            throw e;
        }
        this.slots = slots;
    }

    private void allocate(int i, int slots) {
        tensors[i].setDimension(SLOTS_AXIS, slots);
        // The runtime wants an address also for a tensor without elements.
        buffers[i] = storage.allocation().allocate(Math.max(1, tensors[i].bytes()));
        tensors[i].view(storage.place(), buffers[i]);
    }

    /**
     * Frees the buffers. A binding may still name them: it must not run before it is bound anew.
     */
    void free() {
        for (int i = 0; i < tensors.length; i++) {
            tensors[i].release();
            if (buffers[i] != NO_BUFFER) {
                storage.allocation().free(buffers[i]);
                buffers[i] = NO_BUFFER;
            }
        }
        slots = 0;
    }

    /**
     * Cuts to the first {@code kept} slots: allocates buffers of that size, copies, and frees the
     * old ones.
     *
     * @throws CacheAllocationException if there is no memory for the copy; then nothing has changed
     */
    void cutTo(int kept) {
        KvTensors cut = of(geometry, storage, kept);
        for (int i = 0; i < tensors.length && kept > 0; i++) {
            copySlots(buffers[i], slots, cut.buffers[i], kept);
        }
        free();
        System.arraycopy(cut.buffers, 0, buffers, 0, buffers.length);
        slots = kept;
        for (int i = 0; i < tensors.length; i++) {
            cut.buffers[i] = NO_BUFFER;
            tensors[i].setDimension(SLOTS_AXIS, kept);
            tensors[i].view(storage.place(), buffers[i]);
        }
        cut.close();
    }

    /**
     * Copies each head's first {@code kept} rows: heads lie {@code slots} rows apart, and {@code
     * kept} afterwards.
     */
    private void copySlots(long from, int slots, long to, int kept) {
        long row = (long) geometry.headDim() * geometry.type().bytes();
        storage.device()
                .copyRows(to, kept * row, from, slots * row, kept * row, geometry.kvHeads());
    }

    void bindTo(Port[] ports) {
        for (int i = 0; i < tensors.length; i++) {
            ports[i].bind(tensors[i]);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        free();
        for (OrtTensor tensor : tensors) {
            tensor.close();
        }
        arena.close();
    }
}
