package kvbench.device;

import kvbench.ort.MemoryPlace;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** The processor and its memory: a copy is done when its call returns. */
public final class HostDevice implements Device {
    private static final long ALIGNMENT = 64;

    private final MemoryPlace place = MemoryPlace.cpu();
    private final Arena buffers = Arena.ofShared();
    private final Map<Long, Arena> allocated = new HashMap<>();

    @Override
    public MemoryPlace place() {
        return place;
    }

    @Override
    public long allocate(long bytes) {
        Arena arena = Arena.ofShared();
        try {
            long address = arena.allocate(bytes, ALIGNMENT).address();
            allocated.put(address, arena);
            return address;
        } catch (OutOfMemoryError e) {
            arena.close();
            throw new OutOfDeviceMemoryException(new IllegalStateException(e.getMessage(), e));
        }
    }

    @Override
    public void free(long address) {
        allocated.remove(address).close();
    }

    @Override
    public MemorySegment hostBuffer(long bytes) {
        return buffers.allocate(bytes, ALIGNMENT);
    }

    @Override
    public void upload(long target, long source, long bytes) {
        copy(target, source, bytes);
    }

    @Override
    public void download(long target, long source, long bytes) {
        copy(target, source, bytes);
    }

    @Override
    public void uploadArray(long target, MemorySegment array) {
        MemorySegment.copy(array, 0, memory(target, array.byteSize()), 0, array.byteSize());
    }

    @Override
    public void downloadArray(MemorySegment array, long source) {
        MemorySegment.copy(memory(source, array.byteSize()), 0, array, 0, array.byteSize());
    }

    @Override
    public void copy(long target, long source, long bytes) {
        MemorySegment.copy(memory(source, bytes), 0, memory(target, bytes), 0, bytes);
    }

    @Override
    public void copyRows(
            long target, long targetPitch, long source, long sourcePitch, long rowBytes, int rows) {
        for (int row = 0; row < rows; row++) {
            copy(target + row * targetPitch, source + row * sourcePitch, rowBytes);
        }
    }

    @Override
    public void synchronize() {
        // All is done already.
    }

    @SuppressWarnings("restricted")
    private static MemorySegment memory(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    @Override
    public void close() {
        place.close();
        if (buffers.scope().isAlive()) {
            buffers.close();
        }
    }
}
