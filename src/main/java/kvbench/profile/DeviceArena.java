package kvbench.profile;

import kvbench.memory.ArenaUse;

/**
 * ONNX Runtime's arena on a device, in bytes.
 *
 * @param inUseBytes handed out now
 * @param maxInUseBytes the most that ever was, since the session was made
 * @param reservedBytes taken from the device, freed parts included
 */
record DeviceArena(long inUseBytes, long maxInUseBytes, long reservedBytes) {
    static DeviceArena of(ArenaUse use) {
        return new DeviceArena(use.inUse(), use.mostInUse(), use.reserved());
    }
}
