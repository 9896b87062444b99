package kvbench.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.Optional;

class RopeTest {
    private static final double RELATIVE_ERROR = 1e-13;

    /**
     * Llama 3.2 1B, worked out by hand with 40 decimal digits. A head of 64 has 32 pairs; pair i
     * turns by f = 500000^(-i/32) a position and has wavelength w = 2 pi / f. Pairs 0 to 14 have w
     * below 8192/4 and stay; pairs 18 to 31 have w over 8192/1 and are divided by 32; between, s =
     * (8192/w - 1) / 3 weighs f against f/32.
     */
    @Test
    void stretchesTheLongWavelengthsOfLlama3() {
        double[] frequencies =
                new Rope(500_000, Optional.of(new Rope.Llama3Scaling(32, 1, 4, 8192)))
                        .frequencies(64);
        assertEquals(32, frequencies.length);
        assertClose(1, frequencies[0]);
        assertClose(6.63601237696088475e-01, frequencies[1]);
        assertClose(3.21144599475259090e-03, frequencies[14]);
        assertClose(1.29054792820926375e-03, frequencies[15]);
        assertClose(4.29556796559368208e-04, frequencies[16]);
        assertClose(9.70828780262767289e-05, frequencies[17]);
        assertClose(1.94616381848311246e-05, frequencies[18]);
        assertClose(9.41830672543491001e-08, frequencies[31]);
    }

    @Test
    void withoutScalingIsAGeometricSeries() {
        // 10000^(-2i/8): each a tenth of the one before
        assertArrayEquals(
                new double[] {1, 0.1, 0.01, 0.001},
                new Rope(10_000, Optional.empty()).frequencies(8),
                1e-17);
    }

    private static void assertClose(double expected, double actual) {
        assertEquals(expected, actual, expected * RELATIVE_ERROR);
    }
}
