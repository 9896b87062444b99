package kvbench.onnx;

import static kvbench.onnx.GraphBuilder.MICROSOFT;
import static kvbench.onnx.GraphBuilder.attribute;

import kvbench.checkpoint.Checkpoint;
import kvbench.model.ElementType;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A checkpoint's weights in a graph, each declared when it is first asked for. They keep Hugging
 * Face's [out, in] layout and stay in their file; those of another type than the graph's are cast
 * as they are loaded.
 */
final class GraphWeights {
    private final GraphBuilder graph;
    private final Checkpoint checkpoint;
    private final ElementType computed;
    private final Map<String, String> declared = new HashMap<>();

    GraphWeights(GraphBuilder graph, Checkpoint checkpoint, ElementType computed) {
        this.graph = graph;
        this.checkpoint = checkpoint;
        this.computed = computed;
    }

    /** Multiplies by the weight {@code weightName}: [..., in] -> [..., out]. */
    String linear(String name, String input, String weightName) {
        return graph.node(
                MICROSOFT,
                "FusedMatMul",
                name,
                List.of(input, weight(weightName)),
                attribute("transB", 1));
    }

    /** The weight called {@code name}, one of {@link kvbench.checkpoint.LlamaWeights}, as it is. */
    String weight(String name) {
        return declared.computeIfAbsent(name, this::declare);
    }

    private String declare(String name) {
        String stored = graph.external(checkpoint.weight(name));
        return checkpoint.type() == computed
                ? stored
                : graph.cast(
                        stored + "." + computed.toString().toLowerCase(Locale.ROOT),
                        stored,
                        computed);
    }
}
