package kvbench.onnx;

import static kvbench.onnx.GraphBuilder.MICROSOFT;
import static kvbench.onnx.GraphBuilder.STANDARD;
import static kvbench.onnx.GraphBuilder.attribute;

import kvbench.checkpoint.Checkpoint;
import kvbench.checkpoint.LlamaWeights;
import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.model.KvGeometry;
import kvbench.model.LlamaConfig;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * A Llama as an ONNX graph, one method per block.
 *
 * <p>Weights keep Hugging Face's [out, in] layout and stay in their file. Attention, with its
 * rotary embedding and its cache, is ONNX Runtime's GroupQueryAttention ({@code com.microsoft});
 * the residual stream is added up in SkipSimplifiedLayerNormalization. All is computed in the type
 * that the form names; weights of other types are cast as they are loaded.
 */
final class LlamaGraph {
    private static final String BATCH = "batch_size";
    private static final String SEQUENCE = "sequence_length";
    private static final String PAST = "past_sequence_length";
    private static final String TOTAL = "total_sequence_length";
    private static final String PRESENT = "present_sequence_length";
    private static final String KEPT = "kept_sequence_length";

    private static final int SEQUENCE_AXIS = 1;

    /** Heads of a mask that is the same for each. */
    private static final int ALL_HEADS = 1;

    /**
     * GroupQueryAttention rotates heads of a multiple of this width, and takes others rotated
     * already.
     */
    private static final int FUSED_ROTATION_STEP = 16;

    /**
     * Elements of the larger table of a rotation that is still made: a context of 524,288 at a head
     * dim of 128.
     */
    private static final long LARGEST_ROTATION = 1 << 25;

    /** Scores that one thread looks through for the highest. */
    private static final int ROW_OF_SCORES = 256;

    private static final long LAST = -1;
    private static final long TO_THE_END = Long.MAX_VALUE;

    private final LlamaConfig config;
    private final Checkpoint checkpoint;
    private final GraphForm form;
    private final GraphBuilder graph;
    private final Map<String, String> weights = new HashMap<>();

    LlamaGraph(LlamaConfig config, Checkpoint checkpoint, GraphForm form) {
        this.config = config;
        this.checkpoint = checkpoint;
        this.form = form;
        this.graph = new GraphBuilder("llama");
    }

    /** The values that every layer's attention reads. */
    private record Positions(String lastIndex, String totalLength, String cos, String sin) {}

    /** The residual stream: what flows on, and the branch still to be added to it. */
    private record Residual(String stream, String branch) {}

    /** The graph as a serialised {@code ModelProto}. */
    byte[] build() {
        declareInputs();
        Positions positions = positions();
        String embedded =
                graph.node(
                        STANDARD,
                        "Gather",
                        "embedded",
                        List.of(weight(LlamaWeights.EMBEDDING), TensorNames.INPUT_IDS));
        Residual residual = layer(0, embedded, firstNorm(embedded), positions);
        for (int layer = 1; layer < config.layers(); layer++) {
            String normed =
                    addAndNorm(
                            "layer." + layer + ".input", residual, LlamaWeights.inputNorm(layer));
            residual = layer(layer, summed("layer." + layer + ".input"), normed, positions);
        }
        head(addAndNorm("final", residual, LlamaWeights.FINAL_NORM));
        return graph.build();
    }

    private void declareInputs() {
        graph.input(TensorNames.INPUT_IDS, ElementType.INT64, List.of(BATCH, SEQUENCE));
        switch (form.feeding()) {
            case MASK -> {
                graph.input(TensorNames.ATTENTION_MASK, ElementType.INT64, List.of(BATCH, TOTAL));
                declarePositionIds();
                graph.input(TensorNames.NUM_LOGITS_TO_KEEP, ElementType.INT64, List.of());
            }
            case LENGTHS -> {
                graph.input(TensorNames.SEQUENCE_LENGTHS, ElementType.INT32, List.of(BATCH));
                graph.input(TensorNames.TOTAL_SEQUENCE_LENGTH, ElementType.INT32, List.of());
                if (form.takesPositionIds(config)) {
                    declarePositionIds();
                }
            }
        }
        if (form.cache().isMasked()) {
            graph.input(
                    TensorNames.ATTENTION_BIAS,
                    form.type(),
                    List.of(BATCH, ALL_HEADS, SEQUENCE, TOTAL));
        }
    }

    private void declarePositionIds() {
        graph.input(TensorNames.POSITION_IDS, ElementType.INT64, List.of(BATCH, SEQUENCE));
    }

    /** Whether heads are rotated before the attention, which then takes them as they are. */
    static boolean rotatesHeadsItself(LlamaConfig config) {
        return config.headDim() % FUSED_ROTATION_STEP != 0;
    }

    /**
     * Index of the latest token per row, and the longest row's length; and the rotation's tables.
     */
    private Positions positions() {
        double[] frequencies = config.rope().frequencies(config.headDim());
        String cos = rotationTable("rope.cos", frequencies, Math::cos);
        String sin = rotationTable("rope.sin", frequencies, Math::sin);
        return switch (form.feeding()) {
            case LENGTHS ->
                    new Positions(
                            TensorNames.SEQUENCE_LENGTHS,
                            TensorNames.TOTAL_SEQUENCE_LENGTH,
                            cos,
                            sin);
            case MASK -> new Positions(lastOfMask(), lengthOfMask(), cos, sin);
        };
    }

    private String lastOfMask() {
        String ones =
                graph.node(
                        STANDARD,
                        "ReduceSum",
                        "mask.ones",
                        List.of(
                                TensorNames.ATTENTION_MASK,
                                graph.vector("mask.axis", SEQUENCE_AXIS)),
                        attribute("keepdims", 0));
        String last =
                graph.node(STANDARD, "Sub", "mask.last", List.of(ones, graph.scalar("one", 1)));
        return cast("mask.last.int32", last, ElementType.INT32);
    }

    private String lengthOfMask() {
        String shape =
                graph.node(STANDARD, "Shape", "mask.shape", List.of(TensorNames.ATTENTION_MASK));
        String length =
                graph.node(
                        STANDARD,
                        "Gather",
                        "mask.length",
                        List.of(shape, graph.scalar("mask.length.axis", SEQUENCE_AXIS)));
        return cast("mask.length.int32", length, ElementType.INT32);
    }

    private String rotationTable(String name, double[] frequencies, DoubleUnaryOperator function) {
        return graph.matrix(
                name, form.type(), rotation(frequencies, function), config.contextLength());
    }

    private float[] rotation(double[] frequencies, DoubleUnaryOperator function) {
        long elements = (long) config.contextLength() * frequencies.length;
        if (elements > LARGEST_ROTATION) {
            throw InputException.unusable(
                    "expected a context length times half the head dim of at most %,d, found %,d x %d: the rotation's tables would take %,d bytes. Lower max_position_embeddings in config.json."
                            .formatted(
                                    LARGEST_ROTATION,
                                    config.contextLength(),
                                    frequencies.length,
                                    2 * elements * Float.BYTES));
        }
        var table = new float[(int) elements]; // [contextLength, headDim / 2]
        for (int position = 0; position < config.contextLength(); position++) {
            for (int pair = 0; pair < frequencies.length; pair++) {
                table[position * frequencies.length + pair] =
                        (float) function.applyAsDouble(position * frequencies[pair]);
            }
        }
        return table;
    }

    private Residual layer(int layer, String stream, String normed, Positions positions) {
        String prefix = "layer." + layer;
        Residual attended = new Residual(stream, attention(layer, normed, positions));
        String mlpInput =
                addAndNorm(prefix + ".mlp", attended, LlamaWeights.postAttentionNorm(layer));
        return new Residual(summed(prefix + ".mlp"), mlp(layer, mlpInput));
    }

    // ---- Attention: [batch, sequence, hidden] -> the same ----

    /**
     * Also without a cache the operator is given its present, which then nobody reads: without one
     * ONNX Runtime chooses another attention kernel, and the arms would differ in more than their
     * cache.
     */
    private String attention(int layer, String input, Positions positions) {
        String prefix = "layer." + layer + ".attention";
        String query = linear(prefix + ".query", input, LlamaWeights.queryProjection(layer));
        String key = linear(prefix + ".key", input, LlamaWeights.keyProjection(layer));
        String value = linear(prefix + ".value", input, LlamaWeights.valueProjection(layer));
        boolean fused = !rotatesHeadsItself(config);
        if (!fused) {
            query = rotated(query, config.heads(), positions);
            key = rotated(key, config.kvHeads(), positions);
        }
        boolean cached = form.cache().isCached();
        if (cached) {
            declareCache(layer);
        }
        var inputs =
                new ArrayList<>(
                        List.of(
                                query,
                                key,
                                value,
                                cached ? TensorNames.pastKey(layer) : "",
                                cached ? TensorNames.pastValue(layer) : "",
                                positions.lastIndex(),
                                positions.totalLength(),
                                fused ? positions.cos() : "",
                                fused ? positions.sin() : ""));
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
        String heads =
                graph.node(
                        MICROSOFT,
                        "GroupQueryAttention",
                        inputs,
                        List.of(
                                prefix + ".heads",
                                TensorNames.presentKey(layer),
                                TensorNames.presentValue(layer)),
                        attributes.toArray(GraphBuilder.Attribute[]::new));
        return linear(prefix + ".output", heads, LlamaWeights.outputProjection(layer));
    }

    /**
     * Rotation before the attention, for heads of a width that GroupQueryAttention does not rotate
     * itself.
     */
    private String rotated(String projection, int heads, Positions positions) {
        return graph.node(
                MICROSOFT,
                "RotaryEmbedding",
                projection + ".rotated",
                List.of(projection, TensorNames.POSITION_IDS, positions.cos(), positions.sin()),
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
        List<Object> past = List.of(BATCH, geometry.kvHeads(), PAST, geometry.headDim());
        List<Object> present = List.of(BATCH, geometry.kvHeads(), PRESENT, geometry.headDim());
        graph.input(TensorNames.pastKey(layer), geometry.type(), past);
        graph.input(TensorNames.pastValue(layer), geometry.type(), past);
        graph.output(TensorNames.presentKey(layer), geometry.type(), present);
        graph.output(TensorNames.presentValue(layer), geometry.type(), present);
    }

    // ---- SwiGLU: [batch, sequence, hidden] -> the same ----

    private String mlp(int layer, String input) {
        String prefix = "layer." + layer + ".mlp";
        String gate = linear(prefix + ".gate", input, LlamaWeights.gateProjection(layer));
        String up = linear(prefix + ".up", input, LlamaWeights.upProjection(layer));
        String sigmoid = graph.node(STANDARD, "Sigmoid", prefix + ".sigmoid", List.of(gate));
        String silu = graph.node(STANDARD, "Mul", prefix + ".silu", List.of(gate, sigmoid));
        String product = graph.node(STANDARD, "Mul", prefix + ".product", List.of(silu, up));
        return linear(prefix + ".down", product, LlamaWeights.downProjection(layer));
    }

    // ---- Normalisation ----

    private String firstNorm(String embedded) {
        return graph.node(
                STANDARD,
                "SimplifiedLayerNormalization",
                "layer.0.input.normed",
                List.of(embedded, weight(LlamaWeights.inputNorm(0))),
                attribute("epsilon", (float) config.rmsNormEps()),
                attribute("axis", -1));
    }

    /** Adds the branch to the stream ({@link #summed}) and answers the sum's normalisation. */
    private String addAndNorm(String prefix, Residual residual, String normWeight) {
        return graph.node(
                MICROSOFT,
                "SkipSimplifiedLayerNormalization",
                List.of(residual.stream(), residual.branch(), weight(normWeight)),
                List.of(prefix + ".normed", "", "", summed(prefix)),
                attribute("epsilon", (float) config.rmsNormEps()));
    }

    private static String summed(String prefix) {
        return prefix + ".sum";
    }

    // ---- Head: [batch, sequence, hidden] -> [batch, kept, vocabulary] ----

    private void head(String normed) {
        linear(
                TensorNames.LOGITS,
                kept(normed),
                config.tiedEmbeddings() ? LlamaWeights.EMBEDDING : LlamaWeights.HEAD);
        graph.output(TensorNames.LOGITS, form.type(), List.of(BATCH, KEPT, config.vocabSize()));
        if (form.sampling() == Sampling.DEVICE) {
            chooseToken();
        }
    }

    /** The positions that get scores. */
    private String kept(String normed) {
        return graph.node(
                STANDARD,
                "Slice",
                "kept",
                List.of(
                        normed,
                        firstKept(),
                        graph.vector("kept.end", TO_THE_END),
                        graph.vector("kept.axis", SEQUENCE_AXIS)));
    }

    private String firstKept() {
        return switch (form.feeding()) {
            case LENGTHS -> graph.vector("kept.start", LAST);
            case MASK -> {
                String fromEnd =
                        graph.node(
                                STANDARD,
                                "Neg",
                                "kept.from_end",
                                List.of(TensorNames.NUM_LOGITS_TO_KEEP));
                yield graph.node(
                        STANDARD,
                        "Reshape",
                        "kept.start",
                        List.of(fromEnd, graph.vector("kept.shape", 1)));
            }
        };
    }

    /**
     * [1, 1, vocabulary] -> [1, 1]: the first of the highest scores. The CUDA provider's ArgMax
     * takes no bfloat16.
     *
     * <p>That ArgMax gives a row to one thread (up to ONNX Runtime 1.29, microsoft/onnxruntime pull
     * request 32092), which takes milliseconds for a vocabulary as one row. So the vocabulary is
     * folded into rows: the highest of each, and of those the highest.
     */
    private void chooseToken() {
        String scores =
                form.type() == ElementType.BFLOAT16
                        ? cast("scores", TensorNames.LOGITS, ElementType.FLOAT32)
                        : TensorNames.LOGITS;
        ElementType type = form.type() == ElementType.BFLOAT16 ? ElementType.FLOAT32 : form.type();
        int rows = (config.vocabSize() + ROW_OF_SCORES - 1) / ROW_OF_SCORES;
        graph.vector("chosen.rows", rows, ROW_OF_SCORES);
        graph.vector("chosen.row", 1, rows);
        String folded = reshaped("chosen.folded", filled(scores, type, rows), "chosen.rows");
        String inRow = highest("chosen.in_row", folded);
        String best = reshaped("chosen.best", picked("chosen.scores", folded, inRow), "chosen.row");
        String row = highest("chosen.best_row", best);
        String within =
                picked("chosen.within", reshaped("chosen.all_in_row", inRow, "chosen.row"), row);
        String start =
                graph.node(
                        STANDARD,
                        "Mul",
                        "chosen.start",
                        List.of(row, graph.scalar("chosen.row_length", ROW_OF_SCORES)));
        graph.node(STANDARD, "Add", TensorNames.NEXT_TOKEN, List.of(start, within));
        graph.output(TensorNames.NEXT_TOKEN, ElementType.INT64, List.of(BATCH, 1));
    }

    /** Scores that fill {@code rows} rows: below all others where there is no token. */
    private String filled(String scores, ElementType type, int rows) {
        int missing = rows * ROW_OF_SCORES - config.vocabSize();
        if (missing == 0) {
            return scores;
        }
        return graph.node(
                STANDARD,
                "Pad",
                "chosen.filled",
                List.of(
                        scores,
                        graph.vector("chosen.missing", 0, 0, 0, 0, 0, missing),
                        graph.number("chosen.lowest", type, Float.NEGATIVE_INFINITY)));
    }

    private String reshaped(String name, String value, String shape) {
        return graph.node(STANDARD, "Reshape", name, List.of(value, shape));
    }

    /** Where the highest of each row is: [rows, length] -> [rows, 1]. */
    private String highest(String name, String rows) {
        return graph.node(
                STANDARD,
                "ArgMax",
                name,
                List.of(rows),
                attribute("axis", 1),
                attribute("keepdims", 1));
    }

    /** What is there in each row: [rows, length], [rows, 1] -> [rows, 1]. */
    private String picked(String name, String rows, String where) {
        return graph.node(
                STANDARD, "GatherElements", name, List.of(rows, where), attribute("axis", 1));
    }

    // ---- Weights ----

    /** Multiplies by a weight in [out, in] layout. */
    private String linear(String name, String input, String weightName) {
        return graph.node(
                MICROSOFT,
                "FusedMatMul",
                name,
                List.of(input, weight(weightName)),
                attribute("transB", 1));
    }

    private String weight(String name) {
        return weights.computeIfAbsent(name, this::declareWeight);
    }

    private String declareWeight(String name) {
        String stored = graph.external(checkpoint.weight(name));
        return checkpoint.type() == form.type()
                ? stored
                : cast(
                        stored + "." + form.type().toString().toLowerCase(Locale.ROOT),
                        stored,
                        form.type());
    }

    private String cast(String name, String value, ElementType type) {
        return graph.node(
                STANDARD, "Cast", name, List.of(value), attribute("to", type.onnxNumber()));
    }
}
