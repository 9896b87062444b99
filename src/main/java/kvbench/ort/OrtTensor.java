package kvbench.ort;

import kvbench.model.ElementType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A tensor over memory that somebody else owns, and that can be laid over other memory or given
 * another length without a new Java object.
 *
 * <p>The memory must stay where it is for as long as the tensor, or a binding that it was bound to,
 * may run.
 */
public final class OrtTensor implements AutoCloseable {
    private final ElementType type;
    private final int rank;
    private final Arena arena;
    private final boolean ownsArena;
    private final MemorySegment shape;
    private final MemorySegment out;
    private long value = OrtApi.NULL;
    private boolean closed;

    /** A tensor of {@code type} with {@code shape}, not yet over any memory. */
    public OrtTensor(ElementType type, long... shape) {
        this(Arena.ofShared(), true, type, shape);
    }

    /**
     * A tensor of {@code type} with {@code shape}, not yet over any memory.
     *
     * @param arena holds the shape, and is closed by its owner after the tensor: for those who have
     *     many tensors, since closing an arena that threads may share takes longer than making a
     *     tensor
     */
    public OrtTensor(Arena arena, ElementType type, long... shape) {
        this(arena, false, type, shape);
    }

    private OrtTensor(Arena arena, boolean ownsArena, ElementType type, long... shape) {
        this.arena = arena;
        this.ownsArena = ownsArena;
        this.type = type;
        this.rank = shape.length;
        this.out = arena.allocate(ValueLayout.JAVA_LONG);
        this.shape = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, rank));
        for (int axis = 0; axis < rank; axis++) {
            setDimension(axis, shape[axis]);
        }
    }

    /**
     * A tensor of {@code type} with {@code shape} over the beginning of {@code data}.
     *
     * @throws IllegalArgumentException if {@code data} is smaller than that, or is not native
     *     memory
     */
    public static OrtTensor over(
            MemorySegment data, MemoryPlace place, ElementType type, long... shape) {
        if (!data.isNative()) {
            throw new IllegalArgumentException(
                    "expected native memory, found memory of the Java heap");
        }
        var tensor = new OrtTensor(type, shape);
        try {
            if (tensor.bytes() > data.byteSize()) {
                throw new IllegalArgumentException(
                        "expected at least %d bytes for a tensor %s, found %d"
                                .formatted(
                                        tensor.bytes(), Arrays.toString(shape), data.byteSize()));
            }
            tensor.view(place, data.address());
            return tensor;
        } catch (RuntimeException e) {
            tensor.close();
            throw e;
        }
    }

    /** Changes one dimension; holds from the next {@link #view} on. */
    public void setDimension(int axis, long length) {
        shape.setAtIndex(ValueLayout.JAVA_LONG, axis, length);
    }

    public long dimension(int axis) {
        return shape.getAtIndex(ValueLayout.JAVA_LONG, axis);
    }

    /** Bytes that the shape takes. */
    public long bytes() {
        long elements = 1;
        for (int axis = 0; axis < rank; axis++) {
            elements = Math.multiplyExact(elements, dimension(axis));
        }
        return Math.multiplyExact(elements, type.bytes());
    }

    /**
     * Lays the tensor, with its present shape, over the memory that begins at {@code data}.
     *
     * @throws OrtException if a dimension is negative; then the tensor lies over no memory
     */
    public void view(MemoryPlace place, long data) {
        if (closed) {
            throw new IllegalStateException("OrtTensor is closed");
        }
        release();
        OrtApi.createTensorWithData(
                place.address(),
                data,
                bytes(),
                shape.address(),
                rank,
                type.onnxNumber(),
                out.address());
        value = out.get(ValueLayout.JAVA_LONG, 0);
    }

    /** Takes the tensor off its memory. */
    public void release() {
        if (value != OrtApi.NULL) {
            OrtApi.releaseValue(value);
            value = OrtApi.NULL;
        }
    }

    long value() {
        if (value == OrtApi.NULL) {
            throw new IllegalStateException("the tensor lies over no memory");
        }
        return value;
    }

    @Override
    public void close() {
        release();
        if (ownsArena && !closed) {
            arena.close();
        }
        closed = true;
    }
}
