package kvbench.onnx;

import static kvbench.onnx.GraphBuilder.STANDARD;
import static kvbench.onnx.GraphBuilder.attribute;

import kvbench.model.ElementType;
import kvbench.model.LlamaConfig;

import java.util.List;

/** What a graph is told of the text: its tokens, where they stand, and how long it is. */
final class TextInputs {
    /** Heads of a mask that is the same for each. */
    private static final int ALL_HEADS = 1;

    private final GraphBuilder graph;
    private final LlamaConfig config;
    private final GraphForm form;

    TextInputs(GraphBuilder graph, LlamaConfig config, GraphForm form) {
        this.graph = graph;
        this.config = config;
        this.form = form;
    }

    /**
     * What every layer's attention reads.
     *
     * @param lastIndex tokens of each text but one, the new ones included: int32 [batch]
     * @param totalLength tokens of the longest text: int32 scalar
     */
    record Lengths(String lastIndex, String totalLength) {}

    /** Declares the inputs, and answers where the lengths are found. */
    Lengths declare() {
        declareInputs();
        return switch (form.feeding()) {
            case LENGTHS ->
                    new Lengths(TensorNames.SEQUENCE_LENGTHS, TensorNames.TOTAL_SEQUENCE_LENGTH);
            case MASK -> new Lengths(lastOfMask(), lengthOfMask());
        };
    }

    private void declareInputs() {
        graph.input(TensorNames.INPUT_IDS, ElementType.INT64, List.of(Axes.BATCH, Axes.SEQUENCE));
        switch (form.feeding()) {
            case MASK -> {
                graph.input(
                        TensorNames.ATTENTION_MASK,
                        ElementType.INT64,
                        List.of(Axes.BATCH, Axes.TOTAL));
                declarePositionIds();
                graph.input(TensorNames.NUM_LOGITS_TO_KEEP, ElementType.INT64, List.of());
            }
            case LENGTHS -> {
                graph.input(TensorNames.SEQUENCE_LENGTHS, ElementType.INT32, List.of(Axes.BATCH));
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
                    List.of(Axes.BATCH, ALL_HEADS, Axes.SEQUENCE, Axes.TOTAL));
        }
    }

    private void declarePositionIds() {
        graph.input(
                TensorNames.POSITION_IDS, ElementType.INT64, List.of(Axes.BATCH, Axes.SEQUENCE));
    }

    private String lastOfMask() {
        String ones =
                graph.node(
                        STANDARD,
                        "ReduceSum",
                        "mask.ones",
                        List.of(
                                TensorNames.ATTENTION_MASK,
                                graph.vector("mask.axis", Axes.SEQUENCE_AXIS)),
                        attribute("keepdims", 0));
        String last =
                graph.node(STANDARD, "Sub", "mask.last", List.of(ones, graph.scalar("one", 1)));
        return graph.cast("mask.last.int32", last, ElementType.INT32);
    }

    private String lengthOfMask() {
        String shape =
                graph.node(STANDARD, "Shape", "mask.shape", List.of(TensorNames.ATTENTION_MASK));
        String length =
                graph.node(
                        STANDARD,
                        "Gather",
                        "mask.length",
                        List.of(shape, graph.scalar("mask.length.axis", Axes.SEQUENCE_AXIS)));
        return graph.cast("mask.length.int32", length, ElementType.INT32);
    }
}
