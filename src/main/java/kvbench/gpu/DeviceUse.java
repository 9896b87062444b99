package kvbench.gpu;

/**
 * How busy a device was over NVML's last sample, in shares of that time, from 0 to 1.
 *
 * @param gpu the time in which one or more kernels ran: how much of the device they filled is not
 *     in it
 * @param memory the time in which the device's memory was read or written
 */
public record DeviceUse(double gpu, double memory) {}
