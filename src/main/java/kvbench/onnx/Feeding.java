package kvbench.onnx;

/** How a graph is told which tokens it takes in, and how many there are before them. */
public enum Feeding {
    /**
     * As other clients feed an export: a mask of ones and the positions, from which the graph finds
     * the lengths itself. Gives as many positions' scores as {@link TensorNames#NUM_LOGITS_TO_KEEP}
     * says.
     */
    MASK,

    /**
     * The lengths as the attention wants them. Nothing in the graph then depends on the text's
     * length but the attention itself: no mask to add up, no shape to be told, so that on a GPU
     * every node stays there. Gives the last position's scores.
     */
    LENGTHS
}
