package kvbench.checkpoint;

import kvbench.model.LlamaConfig;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Names and shapes of the tensors in a Hugging Face Llama ({@code LlamaForCausalLM}).
 *
 * <p>A matrix is stored as [out, in], so a layer computes {@code x * transpose(weight)}.
 */
public final class LlamaWeights {
    public static final String EMBEDDING = "model.embed_tokens.weight";
    public static final String FINAL_NORM = "model.norm.weight";
    public static final String HEAD = "lm_head.weight";

    private LlamaWeights() {}

    public static String queryProjection(int layer) {
        return ofLayer(layer, "self_attn.q_proj");
    }

    public static String keyProjection(int layer) {
        return ofLayer(layer, "self_attn.k_proj");
    }

    public static String valueProjection(int layer) {
        return ofLayer(layer, "self_attn.v_proj");
    }

    public static String outputProjection(int layer) {
        return ofLayer(layer, "self_attn.o_proj");
    }

    public static String gateProjection(int layer) {
        return ofLayer(layer, "mlp.gate_proj");
    }

    public static String upProjection(int layer) {
        return ofLayer(layer, "mlp.up_proj");
    }

    public static String downProjection(int layer) {
        return ofLayer(layer, "mlp.down_proj");
    }

    /** The normalisation before attention. */
    public static String inputNorm(int layer) {
        return ofLayer(layer, "input_layernorm");
    }

    /** The normalisation between attention and MLP. */
    public static String postAttentionNorm(int layer) {
        return ofLayer(layer, "post_attention_layernorm");
    }

    /**
     * Every tensor that a checkpoint of {@code config} must hold, in the order of the forward pass.
     *
     * <p>A tied head is the embedding, so it is not listed.
     */
    public static SequencedMap<String, List<Long>> shapes(LlamaConfig config) {
        long hidden = config.hiddenSize();
        long intermediate = config.intermediateSize();
        long queryWidth = config.queryWidth();
        long kvWidth = config.kvWidth();
        long vocabSize = config.vocabSize();

        var shapes = new LinkedHashMap<String, List<Long>>();
        shapes.put(EMBEDDING, List.of(vocabSize, hidden));
        for (int layer = 0; layer < config.layers(); layer++) {
            shapes.put(inputNorm(layer), List.of(hidden));
            shapes.put(queryProjection(layer), List.of(queryWidth, hidden));
            shapes.put(keyProjection(layer), List.of(kvWidth, hidden));
            shapes.put(valueProjection(layer), List.of(kvWidth, hidden));
            shapes.put(outputProjection(layer), List.of(hidden, queryWidth));
            shapes.put(postAttentionNorm(layer), List.of(hidden));
            shapes.put(gateProjection(layer), List.of(intermediate, hidden));
            shapes.put(upProjection(layer), List.of(intermediate, hidden));
            shapes.put(downProjection(layer), List.of(hidden, intermediate));
        }
        shapes.put(FINAL_NORM, List.of(hidden));
        if (!config.tiedEmbeddings()) {
            shapes.put(HEAD, List.of(vocabSize, hidden));
        }
        return Collections.unmodifiableSequencedMap(shapes);
    }

    private static String ofLayer(int layer, String module) {
        return "model.layers." + layer + "." + module + ".weight";
    }
}
