package kvbench.onnx;

/** What a graph exposes of its cache. */
public enum CacheInterface {
    /** Nothing: each run takes the whole sequence. */
    NONE("model_without_cache.onnx"),

    /**
     * Past in, present out, for each layer. Bound to two buffers, present is past and the new
     * tokens, copied; bound to one buffer of fixed capacity, the new tokens are appended in place
     * (GroupQueryAttention's share buffer).
     */
    PAST_PRESENT("model.onnx"),

    /**
     * As {@link #PAST_PRESENT}, and a mask says which rows each new token attends to ({@link
     * TensorNames#ATTENTION_BIAS}): rows of the past may hold any tokens in any order. Keys are
     * rotated by the positions that are fed, not by their rows.
     */
    MASKED_PAST_PRESENT("model_masked.onnx");

    private final String fileName;

    CacheInterface(String fileName) {
        this.fileName = fileName;
    }

    /** Whether past and present go in and out. */
    public boolean isCached() {
        return this != NONE;
    }

    /** Whether a mask by rows goes in. */
    public boolean isMasked() {
        return this == MASKED_PAST_PRESENT;
    }

    /** File that such a graph is exported to, beside the weights it points into. */
    public String fileName() {
        return fileName;
    }
}
