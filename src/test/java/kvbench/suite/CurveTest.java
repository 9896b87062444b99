package kvbench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;

class CurveTest {
    private final Curve curve = new Curve(0.5, 0.25, 0.125);

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
}
