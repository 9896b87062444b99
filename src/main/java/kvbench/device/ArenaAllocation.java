package kvbench.device;

import kvbench.ort.OrtAllocator;
import kvbench.ort.OrtException;

/**
 * Buffers from a session's own allocator: its arena, which keeps what is freed and hands it out
 * again.
 *
 * @param allocator its owner's to close
 */
public record ArenaAllocation(OrtAllocator allocator) implements Allocation {
    @Override
    public long allocate(long bytes) {
        try {
            return allocator.allocate(bytes);
        } catch (OrtException e) {
            throw new OutOfDeviceMemoryException(e);
        }
    }

    @Override
    public void free(long address) {
        allocator.free(address);
    }
}
