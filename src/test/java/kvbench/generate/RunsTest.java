package kvbench.generate;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class RunsTest {
    @Test
    void aReplayMayDifferByTheOrderOfItsAdditions() {
        assertDoesNotThrow(
                () -> Runs.requireSame(new float[] {-8, 2, 0}, new float[] {-8, 2.03f, 0.03f}));
    }

    @Test
    void aReplayThatComputesAnotherStepIsRefused() {
        IllegalStateException refused =
                assertThrows(
                        IllegalStateException.class,
                        () -> Runs.requireSame(new float[] {-8, 2, 0}, new float[] {-8, 2, 0.04f}));
        assertEquals(
                "expected the recorded step to compute what it computes when it is run, found a"
                        + " score of 0.04 for token 2 in place of 0.0: use static, which records"
                        + " nothing",
                refused.getMessage());
    }

    @Test
    void aScoreThatIsNotANumberIsNotTheSame() {
        assertThrows(
                IllegalStateException.class,
                () -> Runs.requireSame(new float[] {1}, new float[] {Float.NaN}));
    }
}
