package kvbench.onnx;

/** Names of the axes whose length is free, and where they lie. */
final class Axes {
    static final String BATCH = "batch_size";
    static final String SEQUENCE = "sequence_length";
    static final String PAST = "past_sequence_length";
    static final String TOTAL = "total_sequence_length";
    static final String PRESENT = "present_sequence_length";
    static final String KEPT = "kept_sequence_length";

    /** Of {@link #SEQUENCE}, in token ids as in what becomes of them. */
    static final int SEQUENCE_AXIS = 1;

    private Axes() {}
}
