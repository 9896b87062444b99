package kvbench.gpu;

/**
 * A generation of GPUs and its place in it, such as 9.0 of Hopper: what CUDA's machine code is
 * compiled for.
 */
public record ComputeCapability(int major, int minor) {
    private static final int TENS = 10;

    /** As compilers write it: 90 for 9.0. */
    public int number() {
        return TENS * major + minor;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
