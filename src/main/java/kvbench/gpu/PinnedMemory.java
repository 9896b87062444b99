package kvbench.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory of the host that stays at its place, so that the device copies to and from it by itself
 * while the host goes on. Copies to and from other memory are correct as well, but may wait for
 * each other. The system has less for everything else as long as this is open.
 */
public final class PinnedMemory extends CudaObject {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;

    @SuppressWarnings("restricted")
    PinnedMemory(CudaRuntime runtime, long bytes) {
        super(runtime.hostAlloc(bytes), runtime::freeHost);
        segment = MemorySegment.ofAddress(address()).reinterpret(bytes, arena, ignored -> {});
    }

    /**
     * All of it; what it holds at first is not defined, and once this is closed it cannot be read.
     */
    public MemorySegment segment() {
        return segment;
    }

    /** Gives it back; all copies that it takes part in are to be done by then. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
        super.close();
    }
}
