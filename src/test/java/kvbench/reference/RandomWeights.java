package kvbench.reference;

import kvbench.model.LlamaConfig;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * Weights of a Llama by Hugging Face name, drawn so that every part of it is felt in the logits.
 *
 * <p>Projections keep the variance of what they are given, so that scores neither vanish nor
 * saturate; norms lie around 1 without being it. Each tensor depends on its name and the seed
 * alone, in whatever order they are asked for.
 */
public final class RandomWeights implements Function<String, float[]> {
    private final Map<String, List<Integer>> shapes;
    private final long seed;

    public RandomWeights(LlamaConfig config, long seed) {
        this.shapes = shapes(config);
        this.seed = seed;
    }

    /** The tensors of a model by name, in the order of its layers: [out, in], or [hidden]. */
    public static Map<String, List<Integer>> shapes(LlamaConfig config) {
        int hidden = config.hiddenSize();
        int intermediate = config.intermediateSize();
        var shapes = new LinkedHashMap<String, List<Integer>>();
        shapes.put("model.embed_tokens.weight", List.of(config.vocabSize(), hidden));
        for (int layer = 0; layer < config.layers(); layer++) {
            String prefix = "model.layers." + layer + ".";
            shapes.put(prefix + "input_layernorm.weight", List.of(hidden));
            shapes.put(prefix + "self_attn.q_proj.weight", List.of(config.queryWidth(), hidden));
            shapes.put(prefix + "self_attn.k_proj.weight", List.of(config.kvWidth(), hidden));
            shapes.put(prefix + "self_attn.v_proj.weight", List.of(config.kvWidth(), hidden));
            shapes.put(prefix + "self_attn.o_proj.weight", List.of(hidden, config.queryWidth()));
            shapes.put(prefix + "post_attention_layernorm.weight", List.of(hidden));
            shapes.put(prefix + "mlp.gate_proj.weight", List.of(intermediate, hidden));
            shapes.put(prefix + "mlp.up_proj.weight", List.of(intermediate, hidden));
            shapes.put(prefix + "mlp.down_proj.weight", List.of(hidden, intermediate));
        }
        shapes.put("model.norm.weight", List.of(hidden));
        if (!config.tiedEmbeddings()) {
            shapes.put("lm_head.weight", List.of(config.vocabSize(), hidden));
        }
        return shapes;
    }

    /**
     * The elements of the tensor {@code name}, rows after rows.
     *
     * @throws IllegalArgumentException if the model has no such tensor
     */
    @Override
    public float[] apply(String name) {
        if (!shapes.containsKey(name)) {
            throw new IllegalArgumentException(
                    "expected one of %s, found %s".formatted(shapes.keySet(), name));
        }
        List<Integer> shape = shapes.get(name);
        var random = new Random(seed * 31 + name.hashCode());
        var elements = new float[shape.stream().reduce(1, Math::multiplyExact)];
        boolean norm = shape.size() == 1;
        double scale = 1 / Math.sqrt(shape.getLast());
        for (int i = 0; i < elements.length; i++) {
            elements[i] =
                    (float) (norm ? 0.5 + random.nextDouble() : scale * random.nextGaussian());
        }
        return elements;
    }
}
