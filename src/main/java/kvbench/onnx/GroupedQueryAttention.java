package kvbench.onnx;

import static kvbench.onnx.GraphBuilder.MICROSOFT;
import static kvbench.onnx.GraphBuilder.attribute;

import kvbench.model.ElementType;
import kvbench.model.KvGeometry;
import kvbench.model.LlamaConfig;

import java.util.ArrayList;
import java.util.List;

/**
 * Attention as ONNX Runtime's GroupQueryAttention ({@code com.microsoft}), with its rotary
 * embedding and its cache.
 *
 * <p>Also without a cache the operator is given its present, which then nobody reads: without one
 * ONNX Runtime chooses another attention kernel, and the arms would differ in more than their
 * cache.
 */
final class GroupedQueryAttention implements Attention {
    /**
     * GroupQueryAttention rotates heads of a multiple of this width, and takes others rotated
     * already.
     */
    private static final int FUSED_ROTATION_STEP = 16;

    private final GraphBuilder graph;
    private final LlamaConfig config;
    private final GraphForm form;
    private final TextInputs.Lengths lengths;
    private final Rotation rotation;

    GroupedQueryAttention(
            GraphBuilder graph,
            LlamaConfig config,
            GraphForm form,
            TextInputs.Lengths lengths,
            Rotation rotation) {
        this.graph = graph;
        this.config = config;
        this.form = form;
        this.lengths = lengths;
        this.rotation = rotation;
    }

    /** Whether heads are rotated before the attention, which then takes them as they are. */
    static boolean rotatesHeadsItself(LlamaConfig config) {
        return config.headDim() % FUSED_ROTATION_STEP != 0;
    }

    @Override
    public String heads(String name, int layer, Projections of) {
        boolean fused = !rotatesHeadsItself(config);
        String query = fused ? of.query() : rotated(of.query(), config.heads());
        String key = fused ? of.key() : rotated(of.key(), config.kvHeads());
        boolean cached = form.cache().isCached();
        if (cached) {
            declareCache(layer);
        }
        var inputs =
                new ArrayList<>(
                        List.of(
                                query,
                                key,
                                of.value(),
                                cached ? TensorNames.pastKey(layer) : "",
                                cached ? TensorNames.pastValue(layer) : "",
                                lengths.lastIndex(),
                                lengths.totalLength(),
                                fused ? rotation.cos() : "",
                                fused ? rotation.sin() : ""));
        var attributes =
                new ArrayList<>(
                        List.of(
                                attribute("num_heads", config.heads()),
                                attribute("kv_num_heads", config.kvHeads()),
                                attribute("do_rotary", fused ? 1 : 0)));
        form.cache()
                .quantisation()
                .ifPresentOrElse(
                        quantisation -> quantise(layer, quantisation, inputs, attributes),
                        () ->
                                inputs.addAll(
                                        List.of(
                                                fused && form.takesPositionIds(config)
                                                        ? TensorNames.POSITION_IDS
                                                        : "",
                                                form.cache().isMasked()
                                                        ? TensorNames.ATTENTION_BIAS
                                                        : "")));
        return graph.node(
                MICROSOFT,
                "GroupQueryAttention",
                inputs,
                List.of(name, TensorNames.presentKey(layer), TensorNames.presentValue(layer)),
                attributes.toArray(GraphBuilder.Attribute[]::new));
    }

    /**
     * Rotation before the attention, for heads of a width that GroupQueryAttention does not rotate
     * itself.
     */
    private String rotated(String projection, int heads) {
        return graph.node(
                MICROSOFT,
                "RotaryEmbedding",
                projection + ".rotated",
                List.of(projection, TensorNames.POSITION_IDS, rotation.cos(), rotation.sin()),
                attribute("num_heads", heads));
    }

    /** Positions are those of the lengths: the operator takes none beside scales. */
    private void quantise(
            int layer,
            Quantisation quantisation,
            List<String> inputs,
            List<GraphBuilder.Attribute> attributes) {
        int scales = quantisation.scales(config.kvHeads(), config.headDim());
        graph.input(TensorNames.keyScale(layer), ElementType.FLOAT32, List.of(scales));
        graph.input(TensorNames.valueScale(layer), ElementType.FLOAT32, List.of(scales));
        // No positions, no bias and no sink for each head.
        inputs.addAll(List.of("", "", ""));
        inputs.addAll(List.of(TensorNames.keyScale(layer), TensorNames.valueScale(layer)));
        String granularity = quantisation.granularity().attribute();
        attributes.add(attribute("k_quant_type", granularity));
        attributes.add(attribute("v_quant_type", granularity));
        attributes.add(attribute("kv_cache_bit_width", quantisation.bits()));
    }

    private void declareCache(int layer) {
        KvGeometry geometry = form.geometry(config);
        List<Object> past = List.of(Axes.BATCH, geometry.kvHeads(), Axes.PAST, geometry.headDim());
        List<Object> present =
                List.of(Axes.BATCH, geometry.kvHeads(), Axes.PRESENT, geometry.headDim());
        graph.input(TensorNames.pastKey(layer), geometry.type(), past);
        graph.input(TensorNames.pastValue(layer), geometry.type(), past);
        graph.output(TensorNames.presentKey(layer), geometry.type(), present);
        graph.output(TensorNames.presentValue(layer), geometry.type(), present);
    }
}
