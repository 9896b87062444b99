package kvbench.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;

class CurveTest {
    private final Curve curve = new Curve(0.5, 0.25, 0.125);

    @Test
    void aRunAfterCachedTokensTakesWhatTheWholeTakesLessTheRunOfThose() {
        assertEquals(curve.at(7), curve.after(0, 7));
        assertEquals(curve.at(7) - curve.at(4) + 0.5, curve.after(4, 7));
        assertEquals(0.5 + 0.25 + (7 * 7 - 6 * 6) * 0.125, curve.after(6, 7));
    }

    @Test
    void isAPolynomialOfItsTokens() {
        assertEquals(0.5 + 0.25 * 8 + 0.125 * 64, curve.at(8));
    }

    @Test
    void sumsAsIfRunByRun() {
        for (int count : new int[] {0, 1, 2, 7, 100}) {
            double byRun = IntStream.range(0, count).mapToDouble(i -> curve.at(16 + i)).sum();
            assertEquals(byRun, curve.sum(16, count), 1e-9 * byRun, count + " runs");
        }
    }

    @Test
    void findsTheCurveThroughTwoOfItsPoints() {
        Curve found =
                Curve.through(0.5, new double[] {8, 32}, new double[] {curve.at(8), curve.at(32)});
        assertEquals(curve, found);
    }

    @Test
    void hasNoCoefficientBelowZero() {
        // Slower for fewer tokens; a constant above all that was measured.
        assertEquals(
                new Curve(0, 0.125, 0),
                Curve.through(0, new double[] {8, 32}, new double[] {2, 4}));
        assertEquals(
                new Curve(0, 0, 0.0625),
                Curve.through(0, new double[] {8, 32}, new double[] {0, 64}));
        assertEquals(2, Curve.through(9, new double[] {8, 32}, new double[] {2, 4}).at(0));
    }

    @Test
    void drawsALineThatNeverFalls() {
        assertEquals(new Curve(1, 0.5, 0), Curve.line(new double[] {2, 4}, new double[] {2, 3}));
        assertEquals(new Curve(3, 0, 0), Curve.line(new double[] {2, 4}, new double[] {5, 3}));
    }
}
