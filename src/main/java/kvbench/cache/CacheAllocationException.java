package kvbench.cache;

import kvbench.device.OutOfDeviceMemoryException;
import kvbench.model.KvGeometry;
import kvbench.ort.MemoryPlace;

/** There was not as much memory as a cache needs. */
public final class CacheAllocationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CacheAllocationException(
            KvGeometry geometry, int slots, MemoryPlace place, OutOfDeviceMemoryException cause) {
        super(
                "no memory on %s for a cache of %d slots (%s = %,d bytes): %s Use fewer tokens, or a machine with more memory."
                        .formatted(
                                place, slots, geometry, geometry.bytes(slots), cause.getMessage()),
                cause);
    }
}
