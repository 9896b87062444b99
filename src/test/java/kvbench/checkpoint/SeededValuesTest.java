package kvbench.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.SplittableRandom;

class SeededValuesTest {
    private static final SeededValues VALUES =
            SeededValues.of(7, "model.layers.0.mlp.up_proj.weight", 1.0 / 16);

    @Test
    void areThoseOfTheJavaLibrarysSplitMix64() {
        float[] actual = fill(VALUES, 1000, 0);
        var random = new SplittableRandom(VALUES.key());
        for (float value : actual) {
            long bits = random.nextLong() >>> 40;
            // exact in double up to the one rounding to float
            double exact = (2 * bits + 1 - 0x1p24) * (VALUES.scale() * 0x1p-24f);
            assertEquals((float) exact, value);
        }
    }

    @Test
    void doNotDependOnWhereTheFillingBegins() {
        float[] whole = fill(VALUES, 1000, 0);
        assertArrayEquals(Arrays.copyOfRange(whole, 137, 337), fill(VALUES, 200, 137));
    }

    @Test
    void reachIndicesBeyondAnInt() {
        long far = 5_000_000_000L;
        assertArrayEquals(
                Arrays.copyOfRange(fill(VALUES, 20, far), 10, 20), fill(VALUES, 10, far + 10));
        assertNotEquals(fill(VALUES, 1, far)[0], fill(VALUES, 1, (int) far)[0]);
    }

    @Test
    void haveTheMeanAndTheSpreadAskedFor() {
        float[] values = fill(VALUES, 1 << 20, 0);
        double sum = 0;
        double squares = 0;
        float largest = 0;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
            largest = Math.max(largest, Math.abs(value));
        }
        double mean = sum / values.length;
        assertEquals(0, mean, 3 * (1.0 / 16) / Math.sqrt(values.length), "seed 7");
        assertEquals(1.0 / 16, Math.sqrt(squares / values.length), 1.0 / 16 * 1e-3, "seed 7");
        assertEquals(Math.sqrt(3) / 16, largest, 1e-6, "seed 7");
    }

    @Test
    void differByNameAndBySeed() {
        float[] values = fill(VALUES, 4, 0);
        for (SeededValues other :
                new SeededValues[] {
                    SeededValues.of(8, "model.layers.0.mlp.up_proj.weight", 1.0 / 16),
                    SeededValues.of(7, "model.layers.1.mlp.up_proj.weight", 1.0 / 16)
                }) {
            float[] others = fill(other, 4, 0);
            for (int i = 0; i < values.length; i++) {
                assertNotEquals(values[i], others[i]);
            }
        }
    }

    private static float[] fill(SeededValues values, int count, long first) {
        var filled = new float[count];
        values.fill(filled, count, first);
        return filled;
    }
}
