package kvbench.ort;

/**
 * Bytes of this process that lie one after the other.
 *
 * @param address of the first
 * @param bytes how many
 */
public record MemoryRange(long address, long bytes) {
    /** Address of the first byte behind. */
    public long end() {
        return address + bytes;
    }
}
