package kvbench.onnx;

import kvbench.model.ElementType;
import kvbench.model.KvGeometry;
import kvbench.model.LlamaConfig;

/**
 * What is to be settled before a checkpoint becomes a graph.
 *
 * @param cache what it exposes of its cache
 * @param feeding how it is told its tokens
 * @param sampling who chooses the next token
 * @param type of its numbers and of its cache: float32, float16 or bfloat16. Weights that are
 *     stored in another type are cast while the session loads
 */
public record GraphForm(
        CacheInterface cache, Feeding feeding, Sampling sampling, ElementType type) {
    public GraphForm {
        if (feeding == Feeding.MASK && sampling == Sampling.DEVICE) {
            throw new IllegalArgumentException(
                    "expected a graph of one position's scores to choose its own token, found one"
                            + " that is fed a mask and gives as many as it is asked for");
        }
    }

    /** The size of its cache. */
    public KvGeometry geometry(LlamaConfig config) {
        KvGeometry geometry = config.kvGeometry(type);
        return cache.quantisation()
                .map(quantisation -> geometry.quantised(quantisation.bits()))
                .orElse(geometry);
    }

    /** Whether the graph takes each token's position, or finds it from the lengths. */
    public boolean takesPositionIds(LlamaConfig config) {
        return feeding == Feeding.MASK
                || cache.isMasked()
                || GroupedQueryAttention.rotatesHeadsItself(config);
    }

    /** The form that other clients can run: names, types and shapes of Optimum's exports. */
    public static GraphForm exported(CacheInterface cache) {
        return new GraphForm(cache, Feeding.MASK, Sampling.HOST, ElementType.FLOAT32);
    }
}
