package kvbench.cache;

import kvbench.device.Device;
import kvbench.model.ElementType;
import kvbench.ort.OrtTensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Which rows of past and present each new token of a run attends to, as GroupQueryAttention takes
 * it: numbers that are added to the scores.
 *
 * <p>It lies beside the cache and is no part of its bytes: its memory is the device's own.
 */
final class RowMask implements AutoCloseable {
    private static final int ROWS_AXIS = 3;

    /**
     * What is added where a token does not attend: a score as low has no share at all, and each
     * type can hold it. Finite, since a kernel that goes through the rows block by block would have
     * to heed that a block can be infinite throughout.
     */
    private static final float HIDDEN = -32_768;

    private final Device device;
    private final ElementType type;
    private final int hidden; // its bits
    private final Arena arena = Arena.ofShared();
    private final MemorySegment ofToken; // [rows], on the host
    private final OrtTensor tensor; // [batch, heads, tokens, rows], one for all heads
    private final long address;
    private int rows;
    private boolean closed;

    /**
     * A mask for {@code tokens} new ones over {@code rows} at most.
     *
     * @throws kvbench.device.OutOfDeviceMemoryException if there is not as much memory
     */
    RowMask(Device device, ElementType type, int tokens, int rows) {
        this.device = device;
        this.type = type;
        hidden =
                type == ElementType.FLOAT32 ? Float.floatToRawIntBits(HIDDEN) : type.toHalf(HIDDEN);
        long bytes = (long) rows * type.bytes();
        address = device.allocate(Math.multiplyExact(bytes, (long) tokens));
        ofToken = arena.allocate(bytes, Long.BYTES);
        tensor = new OrtTensor(arena, type, 1, 1, tokens, rows);
    }

    /** Begins a run over {@code rows} rows. */
    void begin(int rows) {
        this.rows = rows;
        tensor.setDimension(ROWS_AXIS, rows);
        tensor.view(device.place(), address);
    }

    /** Hides {@code count} rows from the token at hand. */
    void hide(int from, int count) {
        set(from, count, hidden);
    }

    /** Shows {@code count} rows to the token at hand. */
    void show(int from, int count) {
        set(from, count, 0);
    }

    private void set(int from, int count, int bits) {
        if (type == ElementType.FLOAT32) {
            for (int row = from; row < from + count; row++) {
                ofToken.setAtIndex(ValueLayout.JAVA_INT, row, bits);
            }
        } else {
            for (int row = from; row < from + count; row++) {
                ofToken.setAtIndex(ValueLayout.JAVA_SHORT, row, (short) bits);
            }
        }
    }

    /** What the token at hand sees is what the run's number {@code token} sees. */
    void put(int token) {
        long bytes = (long) rows * type.bytes();
        device.upload(address + token * bytes, ofToken.address(), bytes);
        // It is written anew for the next.
        device.synchronize();
    }

    OrtTensor tensor() {
        return tensor;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        tensor.close();
        device.free(address);
        arena.close();
    }
}
