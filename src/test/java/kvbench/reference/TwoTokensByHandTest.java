package kvbench.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import kvbench.model.LlamaConfig;
import kvbench.model.Rope;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/**
 * One layer with one head over two tokens, small enough to be written out: rotation becomes an
 * angle between neighbours, the softmax a logistic function.
 */
class TwoTokensByHandTest {
    private static final int HIDDEN = 8;
    private static final int HALF = HIDDEN / 2;
    private static final int INTERMEDIATE = 5;
    private static final int VOCAB = 6;
    private static final double EPS = 0.125;

    /** Makes the angles between neighbours 16^(-i/4): round numbers. */
    private static final double THETA = 16;

    private static final double[] ANGLES = {1, 0.5, 0.25, 0.125};

    private static final LlamaConfig CONFIG =
            new LlamaConfig(
                    HIDDEN,
                    INTERMEDIATE,
                    1,
                    1,
                    1,
                    HIDDEN,
                    VOCAB,
                    16,
                    EPS,
                    new Rope(THETA, Optional.empty()),
                    false,
                    OptionalInt.empty(),
                    List.of());

    private final RandomWeights weights = new RandomWeights(CONFIG, 7);

    @Test
    void logitsAreThoseOfTheWrittenOutFormulas() {
        double[] first = embedding(4);
        double[] second = embedding(1);

        double[][] logits = new ReferenceLlama(CONFIG, weights).logits(new int[] {4, 1});

        double[] firstInput = norm("model.layers.0.input_layernorm", first);
        double[] secondInput = norm("model.layers.0.input_layernorm", second);
        double[] query = times("model.layers.0.self_attn.q_proj", secondInput);
        double toFirst = neighbours(query, times("model.layers.0.self_attn.k_proj", firstInput));
        double toSecond =
                IntStream.range(0, HIDDEN)
                        .mapToDouble(
                                i ->
                                        query[i]
                                                * times(
                                                        "model.layers.0.self_attn.k_proj",
                                                        secondInput)[i])
                        .sum();
        double share = logistic((toSecond - toFirst) / Math.sqrt(HIDDEN));
        double[] firstValue = times("model.layers.0.self_attn.v_proj", firstInput);
        double[] secondValue = times("model.layers.0.self_attn.v_proj", secondInput);
        double[] mixed = combine(firstValue, secondValue, (a, b) -> (1 - share) * a + share * b);

        assertArrayEquals(afterAttention(first, firstValue), logits[0], 1e-14, "first token");
        assertArrayEquals(afterAttention(second, mixed), logits[1], 1e-14, "second token");
    }

    /** From what attention mixed to the logits. */
    private double[] afterAttention(double[] embedding, double[] mixed) {
        double[] residual =
                combine(embedding, times("model.layers.0.self_attn.o_proj", mixed), Double::sum);
        double[] input = norm("model.layers.0.post_attention_layernorm", residual);
        double[] gated =
                combine(
                        times("model.layers.0.mlp.gate_proj", input),
                        times("model.layers.0.mlp.up_proj", input),
                        (gate, up) -> gate * logistic(gate) * up);
        double[] out = combine(residual, times("model.layers.0.mlp.down_proj", gated), Double::sum);
        return times("lm_head", norm("model.norm", out));
    }

    /** The dot product of a query and a key one position before it. */
    private static double neighbours(double[] query, double[] key) {
        return IntStream.range(0, HALF)
                .mapToDouble(
                        i ->
                                (query[i] * key[i] + query[i + HALF] * key[i + HALF])
                                                * Math.cos(ANGLES[i])
                                        + (query[i] * key[i + HALF] - query[i + HALF] * key[i])
                                                * Math.sin(ANGLES[i]))
                .sum();
    }

    private static double logistic(double x) {
        return (1 + Math.tanh(x / 2)) / 2;
    }

    private double[] embedding(int token) {
        float[] table = weights.apply("model.embed_tokens.weight");
        return IntStream.range(0, HIDDEN).mapToDouble(i -> table[token * HIDDEN + i]).toArray();
    }

    private double[] norm(String module, double[] x) {
        float[] weight = weights.apply(module + ".weight");
        double meanSquare = IntStream.range(0, HIDDEN).mapToDouble(i -> x[i] * x[i]).sum() / HIDDEN;
        return IntStream.range(0, HIDDEN)
                .mapToDouble(i -> weight[i] * x[i] * Math.pow(meanSquare + EPS, -0.5))
                .toArray();
    }

    private double[] times(String module, double[] x) {
        float[] rows = weights.apply(module + ".weight");
        return IntStream.range(0, rows.length / x.length)
                .mapToDouble(
                        row ->
                                IntStream.range(0, x.length)
                                        .mapToDouble(i -> rows[row * x.length + i] * x[i])
                                        .sum())
                .toArray();
    }

    private static double[] combine(double[] a, double[] b, DoubleBinaryOperator each) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> each.applyAsDouble(a[i], b[i]))
                .toArray();
    }
}
