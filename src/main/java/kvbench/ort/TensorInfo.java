package kvbench.ort;

import java.util.List;

/**
 * An input or output as a session declares it.
 *
 * @param name its name in the graph
 * @param elementNumber its element type as ONNX numbers it, or {@link #NO_TENSOR}
 * @param dimensions one number per axis, -1 where the axis has a name instead
 */
public record TensorInfo(String name, int elementNumber, List<Long> dimensions) {
    /** Stands where a sequence, a map or an optional is declared: ONNX's {@code UNDEFINED}. */
    public static final int NO_TENSOR = 0;

    public TensorInfo {
        dimensions = List.copyOf(dimensions);
    }
}
