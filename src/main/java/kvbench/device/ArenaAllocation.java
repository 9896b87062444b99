package kvbench.device;

import kvbench.ort.OrtAllocator;
import kvbench.ort.OrtException;

import java.util.Locale;

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
            // An earlier kernel's error may come out here, and is none of memory.
            throw isOfMemory(e) ? new OutOfDeviceMemoryException(e) : e;
        }
    }

    private static boolean isOfMemory(OrtException error) {
        String text = error.getMessage().toLowerCase(Locale.ROOT);
        return text.contains("memory") || text.contains("alloc");
    }

    @Override
    public void free(long address) {
        allocator.free(address);
    }
}
