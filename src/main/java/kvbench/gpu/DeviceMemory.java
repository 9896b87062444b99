package kvbench.gpu;

/**
 * A device's memory, in bytes, of all its processes together.
 *
 * @param totalBytes what the device has
 * @param usedBytes what is allocated; without the driver's own where {@code reservedBytes} is known
 * @param reservedBytes what the driver and the firmware keep, or NaN from a driver that counts it
 *     as used
 */
public record DeviceMemory(long totalBytes, long usedBytes, double reservedBytes) {}
