package kvbench.onnx;

import static kvbench.onnx.GraphBuilder.MICROSOFT;
import static kvbench.onnx.GraphBuilder.STANDARD;
import static kvbench.onnx.GraphBuilder.attribute;

import kvbench.checkpoint.Checkpoint;
import kvbench.checkpoint.LlamaWeights;
import kvbench.model.LlamaConfig;

import java.util.List;

/**
 * A Llama as an ONNX graph, one method per block.
 *
 * <p>The residual stream is added up in SkipSimplifiedLayerNormalization. All is computed in the
 * type that the form names.
 */
final class LlamaGraph {
    private final LlamaConfig config;
    private final GraphForm form;
    private final GraphBuilder graph = new GraphBuilder("llama");
    private final GraphWeights weights;

    LlamaGraph(LlamaConfig config, Checkpoint checkpoint, GraphForm form) {
        this.config = config;
        this.form = form;
        weights = new GraphWeights(graph, checkpoint, form.type());
    }

    /** The residual stream: what flows on, and the branch still to be added to it. */
    private record Residual(String stream, String branch) {}

    /** The graph as a serialised {@code ModelProto}. */
    byte[] build() {
        TextInputs.Lengths lengths = new TextInputs(graph, config, form).declare();
        Attention attention = attention(lengths);
        String embedded =
                graph.node(
                        STANDARD,
                        "Gather",
                        "embedded",
                        List.of(weights.weight(LlamaWeights.EMBEDDING), TensorNames.INPUT_IDS));
        Residual residual = layer(0, embedded, firstNorm(embedded), attention);
        for (int layer = 1; layer < config.layers(); layer++) {
            String normed =
                    addAndNorm(
                            "layer." + layer + ".input", residual, LlamaWeights.inputNorm(layer));
            residual = layer(layer, summed("layer." + layer + ".input"), normed, attention);
        }
        String normed = addAndNorm("final", residual, LlamaWeights.FINAL_NORM);
        new Head(graph, config, form, weights).declare(normed);
        return graph.build();
    }

    private Attention attention(TextInputs.Lengths lengths) {
        Rotation rotation = Rotation.declare(graph, config, form.type());
        return new GroupedQueryAttention(graph, config, form, lengths, rotation);
    }

    private Residual layer(int layer, String stream, String normed, Attention attention) {
        String prefix = "layer." + layer;
        Residual attended = new Residual(stream, attention(layer, normed, attention));
        String mlpInput =
                addAndNorm(prefix + ".mlp", attended, LlamaWeights.postAttentionNorm(layer));
        return new Residual(summed(prefix + ".mlp"), mlp(layer, mlpInput));
    }

    // ---- Attention: [batch, sequence, hidden] -> the same ----

    private String attention(int layer, String input, Attention attention) {
        String prefix = "layer." + layer + ".attention";
        var projections =
                new Attention.Projections(
                        weights.linear(
                                prefix + ".query", input, LlamaWeights.queryProjection(layer)),
                        weights.linear(prefix + ".key", input, LlamaWeights.keyProjection(layer)),
                        weights.linear(
                                prefix + ".value", input, LlamaWeights.valueProjection(layer)));
        String heads = attention.heads(prefix + ".heads", layer, projections);
        return weights.linear(prefix + ".output", heads, LlamaWeights.outputProjection(layer));
    }

    // ---- SwiGLU: [batch, sequence, hidden] -> the same ----

    private String mlp(int layer, String input) {
        String prefix = "layer." + layer + ".mlp";
        String gate = weights.linear(prefix + ".gate", input, LlamaWeights.gateProjection(layer));
        String up = weights.linear(prefix + ".up", input, LlamaWeights.upProjection(layer));
        String sigmoid = graph.node(STANDARD, "Sigmoid", prefix + ".sigmoid", List.of(gate));
        String silu = graph.node(STANDARD, "Mul", prefix + ".silu", List.of(gate, sigmoid));
        String product = graph.node(STANDARD, "Mul", prefix + ".product", List.of(silu, up));
        return weights.linear(prefix + ".down", product, LlamaWeights.downProjection(layer));
    }

    // ---- Normalisation ----

    private String firstNorm(String embedded) {
        return graph.node(
                STANDARD,
                "SimplifiedLayerNormalization",
                "layer.0.input.normed",
                List.of(embedded, weights.weight(LlamaWeights.inputNorm(0))),
                attribute("epsilon", (float) config.rmsNormEps()),
                attribute("axis", -1));
    }

    /** Adds the branch to the stream ({@link #summed}) and answers the sum's normalisation. */
    private String addAndNorm(String prefix, Residual residual, String normWeight) {
        return graph.node(
                MICROSOFT,
                "SkipSimplifiedLayerNormalization",
                List.of(residual.stream(), residual.branch(), weights.weight(normWeight)),
                List.of(prefix + ".normed", "", "", summed(prefix)),
                attribute("epsilon", (float) config.rmsNormEps()));
    }

    private static String summed(String prefix) {
        return prefix + ".sum";
    }
}
