package kvbench.onnx;

/** Where the next token is chosen: the one of the highest score, the first of equals. */
public enum Sampling {
    /** In Java: all scores of the vocabulary come to the host for each token. */
    HOST,

    /** In the graph, by ArgMax: one whole number comes to the host for each token. */
    DEVICE
}
