package kvbench.onnx;

import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.model.LlamaConfig;

import java.util.function.DoubleUnaryOperator;

/**
 * The rotary embedding's tables in a graph.
 *
 * @param cos [contextLength, headDim / 2]
 * @param sin [contextLength, headDim / 2]
 */
record Rotation(String cos, String sin) {
    /**
     * Elements of the larger table of a rotation that is still made: a context of 524,288 at a head
     * dim of 128.
     */
    private static final long LARGEST = 1 << 25;

    /** Adds the tables to {@code graph}, in {@code type}. */
    static Rotation declare(GraphBuilder graph, LlamaConfig config, ElementType type) {
        double[] frequencies = config.rope().frequencies(config.headDim());
        int rows = config.contextLength();
        return new Rotation(
                graph.matrix("rope.cos", type, table(config, frequencies, Math::cos), rows),
                graph.matrix("rope.sin", type, table(config, frequencies, Math::sin), rows));
    }

    private static float[] table(
            LlamaConfig config, double[] frequencies, DoubleUnaryOperator function) {
        long elements = (long) config.contextLength() * frequencies.length;
        if (elements > LARGEST) {
            throw InputException.unusable(
                    "expected a context length times half the head dim of at most %,d, found %,d x %d: the rotation's tables would take %,d bytes. Lower max_position_embeddings in config.json."
                            .formatted(
                                    LARGEST,
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
}
