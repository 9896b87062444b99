package kvbench.onnx;

/** Attention over a cache, between a layer's projections: the operators that do it. */
sealed interface Attention permits GroupedQueryAttention {
    /**
     * What a layer's attention takes in.
     *
     * @param query [batch, sequence, heads * headDim]
     * @param key of the new tokens, not rotated: [batch, sequence, kvHeads * headDim]
     * @param value of the new tokens: [batch, sequence, kvHeads * headDim]
     */
    record Projections(String query, String key, String value) {}

    /**
     * Adds the operators to the graph, declares the layer's cache, and answers the attended values:
     * [batch, sequence, heads * headDim].
     *
     * @param name that these are to have
     */
    String heads(String name, int layer, Projections of);
}
