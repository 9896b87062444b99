package kvbench.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import kvbench.model.LlamaConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Random;
import java.util.stream.IntStream;

class ReferenceRopeTest {
    private static final long SEED = 31;
    private static final double ROUNDING = 1e-12;

    /** The rope of the published Llama 3.2 1B. */
    private static final String LLAMA_3_2_1B =
            """
            {"model_type": "llama", "hidden_size": 2048, "intermediate_size": 8192,
             "num_hidden_layers": 16, "num_attention_heads": 32, "num_key_value_heads": 8,
             "head_dim": 64, "vocab_size": 128256, "max_position_embeddings": 131072,
             "rope_theta": 500000.0,
             "rope_scaling": {
                 "rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0,
                 "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}}
            """;

    /**
     * Computed with 40 decimal digits from the three cases of the published description: as it is
     * under a wavelength of 8192 / 4, divided by 32 over 8192 / 1, interpolated between.
     */
    @Test
    void frequenciesOfLlama32AreThePublishedOnes() {
        double[] frequencies = rope(LLAMA_3_2_1B).frequencies();

        assertEquals(32, frequencies.length);
        assertEquals(1.0, frequencies[0]);
        assertRelative(0.66360123769608844333, frequencies[1]);
        assertRelative(0.0032114459947525910185, frequencies[14]);
        assertRelative(0.0012905479282092638184, frequencies[15]);
        assertRelative(0.00042955679655936820054, frequencies[16]);
        assertRelative(0.000097082878026276722608, frequencies[17]);
        assertRelative(0.000019461638184831124361, frequencies[18]);
        assertRelative(9.4183067254349098399e-8, frequencies[31]);
    }

    /** The shape's four pairs turn at 1, 1/10, 1/100 and 1/1000 before scaling. */
    @Test
    void fastPairsKeepTheirPaceAndSlowOnesAreSlowedByTheFactor() {
        double[] frequencies = new ReferenceRope(LlamaShapes.SCALED_ROPE.config()).frequencies();

        assertEquals(4, frequencies.length);
        assertEquals(1.0, frequencies[0]);
        assertRelative(0.013042256043820462677, frequencies[1]);
        assertRelative(0.01 / 8, frequencies[2]);
        assertRelative(0.001 / 8, frequencies[3]);
    }

    @Test
    void withoutScalingFrequenciesAreAGeometricSeries() {
        double[] frequencies = new ReferenceRope(LlamaShapes.MULTI_HEAD.config()).frequencies();

        assertArrayEquals(new double[] {1, 0.1, 0.01, 0.001}, frequencies, 1e-16);
    }

    /** Element i turns towards element i + headDim / 2, in every head by itself. */
    @Test
    void turnsEachElementTowardsItsPartnerHalfAHeadAway() {
        var rope = new ReferenceRope(LlamaShapes.MULTI_HEAD.config());
        var secondElementOfSecondHead = new double[16];
        secondElementOfSecondHead[9] = 1;
        var expected = new double[16];
        expected[9] = Math.cos(0.7);
        expected[13] = Math.sin(0.7);

        assertArrayEquals(expected, rope.rotate(secondElementOfSecondHead, 7), ROUNDING);
    }

    @Test
    void turnsThePartnerAwayFromTheElement() {
        var rope = new ReferenceRope(LlamaShapes.MULTI_HEAD.config());
        var lastElement = new double[8];
        lastElement[7] = 1;
        var expected = new double[8];
        expected[3] = -Math.sin(0.2);
        expected[7] = Math.cos(0.2);

        assertArrayEquals(expected, rope.rotate(lastElement, 200), ROUNDING);
    }

    @ParameterizedTest
    @EnumSource
    void positionZeroIsLeftAsItIs(LlamaShapes shape) {
        double[] x = uniform(shape.config().queryWidth(), new Random(SEED));

        assertArrayEquals(x, new ReferenceRope(shape.config()).rotate(x, 0), "seed " + SEED);
    }

    @ParameterizedTest
    @EnumSource
    void dotProductsDependOnTheDistanceAlone(LlamaShapes shape) {
        var rope = new ReferenceRope(shape.config());
        var random = new Random(SEED);
        double[] query = uniform(shape.config().headDim(), random);
        double[] key = uniform(shape.config().headDim(), random);

        double near = dot(rope.rotate(query, 5), rope.rotate(key, 2));
        double far = dot(rope.rotate(query, 405), rope.rotate(key, 402));
        double reversed = dot(rope.rotate(query, 2), rope.rotate(key, 5));

        assertEquals(near, far, ROUNDING, "seed " + SEED);
        assertNotEquals(near, reversed, 0.01, "seed " + SEED);
    }

    /** Two computations that share no code. */
    @ParameterizedTest
    @EnumSource
    void agreesWithTheSuitesOwnFrequencies(LlamaShapes shape) {
        LlamaConfig config = shape.config();
        double[] ours = new ReferenceRope(config).frequencies();
        double[] suites = config.rope().frequencies(config.headDim());

        assertEquals(ours.length, suites.length);
        for (int pair = 0; pair < ours.length; pair++) {
            assertRelative(ours[pair], suites[pair]);
        }
    }

    private static ReferenceRope rope(String configJson) {
        return new ReferenceRope(LlamaConfig.parse(configJson, "rope under test"));
    }

    private static void assertRelative(double expected, double actual) {
        assertEquals(expected, actual, 1e-14 * expected);
    }

    private static double[] uniform(int length, Random random) {
        return random.doubles(length).map(x -> 2 * x - 1).toArray();
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }
}
