package kvbench.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class HolmTest {
    private static final double ROUNDING = 1e-15;

    @Test
    void stepsDownInTheOrderGiven() {
        // Ascending: 4 x 0.005, 3 x 0.01, 2 x 0.03, and 1 x 0.04, which may not fall below 0.06.
        assertArrayEquals(
                new double[] {0.03, 0.06, 0.06, 0.02},
                Holm.adjust(new double[] {0.01, 0.04, 0.03, 0.005}),
                ROUNDING);
    }

    @Test
    void neverExceedsOne() {
        assertArrayEquals(
                new double[] {1, 1, 0.3}, Holm.adjust(new double[] {0.5, 0.9, 0.1}), ROUNDING);
    }

    @Test
    void whatWasNotTestedStaysAndDoesNotCount() {
        assertArrayEquals(
                new double[] {Double.NaN, 0.04, Double.NaN, 0.03},
                Holm.adjust(new double[] {Double.NaN, 0.04, Double.NaN, 0.015}),
                ROUNDING);
    }

    @Test
    void aFamilyOfOneIsNotAdjustedAndOneOfNoneIsEmpty() {
        assertArrayEquals(new double[] {0.04}, Holm.adjust(new double[] {0.04}));
        assertArrayEquals(new double[0], Holm.adjust(new double[0]));
    }

    @Test
    void leavesItsArgumentAlone() {
        double[] p = {0.04, 0.01};
        Holm.adjust(p);
        assertArrayEquals(new double[] {0.04, 0.01}, p);
    }

    @Test
    void refusesWhatIsNoProbability() {
        assertEquals(
                "expected p-values from 0 to 1, found 1.5",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Holm.adjust(new double[] {0.5, 1.5}))
                        .getMessage());
        assertEquals(
                "expected p-values from 0 to 1, found -0.1",
                assertThrows(IllegalArgumentException.class, () -> Holm.adjust(new double[] {-0.1}))
                        .getMessage());
    }
}
