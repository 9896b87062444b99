package kvbench.device;

import kvbench.ort.MemoryPlace;

import java.lang.foreign.MemorySegment;

/**
 * What a model computes on. Copies happen in the order in which they are asked for, between the
 * runs of the graph asked for before and after them; what they write is there for the host once
 * {@link #synchronize} has returned. Used by one thread at a time.
 */
public interface Device extends Allocation, AutoCloseable {
    /** Its memory, as ONNX Runtime names it. */
    MemoryPlace place();

    /**
     * Memory of the host, from and to which copies are quickest; freed with the device.
     *
     * @param bytes at least 1
     */
    MemorySegment hostBuffer(long bytes);

    /** Copies from the host. {@code source} must stay as it is until the copy is done. */
    void upload(long target, long source, long bytes);

    /** Copies to the host. */
    void download(long target, long source, long bytes);

    /** Copies all of an array of the Java heap to the device; it may be changed afterwards. */
    void uploadArray(long target, MemorySegment array);

    /** Fills an array of the Java heap from the device, and waits until that is done. */
    void downloadArray(MemorySegment array, long source);

    /** Copies within the device; the two do not overlap. */
    void copy(long target, long source, long bytes);

    /**
     * Copies rows within the device.
     *
     * @param targetPitch bytes from the beginning of one row to that of the next, where they go
     * @param sourcePitch the same, where they come from
     * @param rowBytes bytes of a row
     */
    void copyRows(
            long target, long targetPitch, long source, long sourcePitch, long rowBytes, int rows);

    /** Waits for all that was asked for. */
    void synchronize();

    /** Frees what the device holds itself; what was allocated is freed before, by its owners. */
    @Override
    void close();
}
