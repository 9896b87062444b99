package kvbench.gpu;

/**
 * A call of CUDA that failed, with the function, its error's code and name, and CUDA's own words.
 *
 * <p>Work on a stream is done later than it is asked for, so that an error of it may be told by a
 * later call, and of another function, than the one whose work failed. After an error of the
 * device's work (an illegal address, say) every call fails until the process ends; after one of the
 * call itself (no memory, a wrong value) the next may succeed.
 */
public final class CudaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** {@code cudaErrorMemoryAllocation}. */
    static final int OUT_OF_MEMORY = 2;

    /** {@code cudaErrorInsufficientDriver}. */
    static final int INSUFFICIENT_DRIVER = 35;

    private final String function;
    private final int code;
    private final String name;

    CudaException(String function, int code, String name, String text) {
        super("%s: %s (%s, %d)".formatted(function, text, name, code));
        this.function = function;
        this.code = code;
        this.name = name;
    }

    /** Name of the function in {@code cuda_runtime_api.h}. */
    public String function() {
        return function;
    }

    /** The {@code cudaError_t}. */
    public int code() {
        return code;
    }

    /** The constant that the code has in {@code driver_types.h}. */
    public String name() {
        return name;
    }

    /** Whether there was not enough memory, of the device or of memory that can be pinned. */
    public boolean isOutOfMemory() {
        return code == OUT_OF_MEMORY;
    }
}
