package kvbench.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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
    MASKED_PAST_PRESENT,

    /** As {@link #PAST_PRESENT}, in 8 bits with a scale for each tensor. */
    INT8_TENSOR(new Quantisation(8, Quantisation.Granularity.TENSOR)),

    /** As {@link #PAST_PRESENT}, in 8 bits with a scale for each channel. */
    INT8_CHANNEL(new Quantisation(8, Quantisation.Granularity.CHANNEL)),

    /** As {@link #PAST_PRESENT}, in 4 bits with a scale for each tensor. */
    INT4_TENSOR(new Quantisation(4, Quantisation.Granularity.TENSOR)),

    /** As {@link #PAST_PRESENT}, in 4 bits with a scale for each channel. */
    INT4_CHANNEL(new Quantisation(4, Quantisation.Granularity.CHANNEL));

    private final Optional<String> fileName;
    private final Optional<Quantisation> quantisation;

    CacheInterface(String fileName) {
        this.fileName = Optional.of(fileName);
        this.quantisation = Optional.empty();
    }

    CacheInterface() {
        this.fileName = Optional.empty();
        this.quantisation = Optional.empty();
    }

    /** Whether past and present go in and out. */
    public boolean isCached() {
        return this != NONE;
    }

    /** Whether a mask by rows goes in. */
    public boolean isMasked() {
        return this == MASKED_PAST_PRESENT;
    }

    CacheInterface(Quantisation quantisation) {
        this.fileName = Optional.empty();
        this.quantisation = Optional.of(quantisation);
    }

    /** Those whose graphs other clients can run. */
    public static List<CacheInterface> exported() {
        return Arrays.stream(values()).filter(graph -> graph.fileName.isPresent()).toList();
    }

    /** The one of a cache that is quantised so. */
    public static CacheInterface of(Quantisation quantisation) {
        return Arrays.stream(values())
                .filter(graph -> graph.quantisation.equals(Optional.of(quantisation)))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no graph is quantised " + quantisation));
    }

    /**
     * File that such a graph is exported to, beside the weights it points into.
     *
     * @throws IllegalStateException if no other client can run it
     */
    public String fileName() {
        return fileName.orElseThrow(
                () -> new IllegalStateException(this + " is not a graph for other clients"));
    }

    /** How the cache is quantised, or empty where it has the type of the graph. */
    public Optional<Quantisation> quantisation() {
        return quantisation;
    }
}
