package kvbench.onnx;

/**
 * The names of a decoder graph's inputs and outputs: the only place that spells them.
 *
 * <p>They are those that Optimum gives its exports and that its clients (transformers.js among
 * them) look for.
 */
public final class TensorNames {
    /** Token ids: int64 [batch, sequence]. */
    public static final String INPUT_IDS = "input_ids";

    /** Ones for each token that may be attended to: int64 [batch, past + sequence]. */
    public static final String ATTENTION_MASK = "attention_mask";

    /** Position of each token in its text: int64 [batch, sequence]. */
    public static final String POSITION_IDS = "position_ids";

    /**
     * How many of the latest positions get logits, 0 for all: int64 scalar (Hugging Face's {@code
     * num_logits_to_keep}).
     */
    public static final String NUM_LOGITS_TO_KEEP = "num_logits_to_keep";

    /** Tokens of each text but one, the new ones included: int32 [batch]. */
    public static final String SEQUENCE_LENGTHS = "seqlens_k";

    /**
     * Tokens of the longest text, the new ones included, or any larger number that the cache has
     * room for: int32 scalar in host memory.
     */
    public static final String TOTAL_SEQUENCE_LENGTH = "total_sequence_length";

    /**
     * What is added to the scores of attention, before they become shares: [batch or 1, heads or 1,
     * sequence, past + sequence], 0 where a new token attends to a row, far below any score where
     * it does not.
     */
    public static final String ATTENTION_BIAS = "attention_bias";

    /** The token of the highest score: int64 [batch, 1]. */
    public static final String NEXT_TOKEN = "next_token";

    /** Scores of the next token: [batch, kept, vocabulary]. */
    public static final String LOGITS = "logits";

    private TensorNames() {}

    /** Keys of the tokens before: [batch, kvHeads, past, headDim]. */
    public static String pastKey(int layer) {
        return "past_key_values." + layer + ".key";
    }

    /** Values of the tokens before: [batch, kvHeads, past, headDim]. */
    public static String pastValue(int layer) {
        return "past_key_values." + layer + ".value";
    }

    /** Keys of the tokens so far: [batch, kvHeads, past + sequence, headDim]. */
    public static String presentKey(int layer) {
        return "present." + layer + ".key";
    }

    /** Scales of the keys: float32 [1], or [kvHeads * headDim]. */
    public static String keyScale(int layer) {
        return "key_scale." + layer;
    }

    /** Scales of the values: float32 [1], or [kvHeads * headDim]. */
    public static String valueScale(int layer) {
        return "value_scale." + layer;
    }

    /** Values of the tokens so far: [batch, kvHeads, past + sequence, headDim]. */
    public static String presentValue(int layer) {
        return "present." + layer + ".value";
    }
}
