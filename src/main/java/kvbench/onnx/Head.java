package kvbench.onnx;

import static kvbench.onnx.GraphBuilder.STANDARD;
import static kvbench.onnx.GraphBuilder.attribute;

import kvbench.checkpoint.LlamaWeights;
import kvbench.model.ElementType;
import kvbench.model.LlamaConfig;

import java.util.List;

/**
 * The end of a graph: [batch, sequence, hidden] -> scores [batch, kept, vocabulary], and from these
 * the next token.
 */
final class Head {
    /** Scores that one thread looks through for the highest. */
    private static final int ROW_OF_SCORES = 256;

    private static final long LAST = -1;
    private static final long TO_THE_END = Long.MAX_VALUE;

    private final GraphBuilder graph;
    private final LlamaConfig config;
    private final GraphForm form;
    private final GraphWeights weights;

    Head(GraphBuilder graph, LlamaConfig config, GraphForm form, GraphWeights weights) {
        this.graph = graph;
        this.config = config;
        this.form = form;
        this.weights = weights;
    }

    /**
     * Scores of the positions that are kept, and where the graph is to, the token of the highest.
     */
    void declare(String normed) {
        weights.linear(
                TensorNames.LOGITS,
                kept(normed),
                config.tiedEmbeddings() ? LlamaWeights.EMBEDDING : LlamaWeights.HEAD);
        graph.output(
                TensorNames.LOGITS,
                form.type(),
                List.of(Axes.BATCH, Axes.KEPT, config.vocabSize()));
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
                        graph.vector("kept.axis", Axes.SEQUENCE_AXIS)));
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
                        ? graph.cast("scores", TensorNames.LOGITS, ElementType.FLOAT32)
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
        graph.output(TensorNames.NEXT_TOKEN, ElementType.INT64, List.of(Axes.BATCH, 1));
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
}
