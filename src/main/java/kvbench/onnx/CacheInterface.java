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
    PAST_PRESENT("model.onnx");

    private final String fileName;

    CacheInterface(String fileName) {
        this.fileName = fileName;
    }

    /** File that such a graph is exported to, beside the weights it points into. */
    public String fileName() {
        return fileName;
    }
}
