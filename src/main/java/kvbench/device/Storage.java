package kvbench.device;

import kvbench.ort.MemoryPlace;

/**
 * The memory that a cache lives in.
 *
 * @param device whose memory it is, and who copies in it
 * @param allocation where its buffers come from
 */
public record Storage(Device device, Allocation allocation) {
    /** Buffers that the device itself allocates, with no arena between. */
    public static Storage of(Device device) {
        return new Storage(device, device);
    }

    public MemoryPlace place() {
        return device.place();
    }
}
