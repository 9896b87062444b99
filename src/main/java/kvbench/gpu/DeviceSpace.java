package kvbench.gpu;

/**
 * What CUDA says of a device's memory, in bytes: what the driver keeps for itself and what other
 * processes hold is not free.
 *
 * @param freeBytes what an allocation may still get, though not in one piece for certain
 * @param totalBytes what CUDA can use of the device
 */
public record DeviceSpace(long freeBytes, long totalBytes) {}
