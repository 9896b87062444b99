package kvbench.matrix;

import kvbench.engine.ModelMemory;

/**
 * Bytes that one fork takes of a device beside its caches and activations.
 *
 * @param ownBytes of the model's weights and tables there, or of what is copied to measure
 *     bandwidth
 * @param contextBytes of the device's context, an estimate
 */
public record DeviceNeed(long ownBytes, long contextBytes) {
    /**
     * Of CUDA's context, the code of its libraries and their workspaces. These are hundreds of MiB
     * that differ by GPU, driver and library, so that this is what to expect of them and no reason
     * to refuse anything; {@code -prof vram} measures them.
     */
    public static final long CONTEXT_BYTES = 512L << 20;

    static DeviceNeed of(ModelMemory memory) {
        return new DeviceNeed(memory.deviceBytes(), CONTEXT_BYTES);
    }
}
