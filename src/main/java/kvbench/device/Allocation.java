package kvbench.device;

/** Where buffers come from. */
public interface Allocation {
    /**
     * Allocates {@code bytes}; their content is undefined.
     *
     * @param bytes at least 1
     * @return the address, to be given back to {@link #free}
     * @throws OutOfDeviceMemoryException if there are not as many
     */
    long allocate(long bytes);

    /** Gives back what {@link #allocate} gave; work that reads it may still be under way. */
    void free(long address);
}
