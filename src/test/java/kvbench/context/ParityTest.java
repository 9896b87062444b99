package kvbench.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.Map;

class ParityTest {
    private static final Parity.Token YES = new Parity.Token(1, "yes");
    private static final Parity.Token NO = new Parity.Token(2, "no");

    @Test
    void anExactStrategyBreaksItsClaimByAnotherTokenUnlessThatIsANearTie() {
        assertTrue(parity(true, different(false)).breaksItsClaim());
        assertFalse(parity(true, different(true)).breaksItsClaim());
        assertFalse(parity(false, different(false)).breaksItsClaim());
        assertFalse(parity(true, new Parity.Failed("dead")).breaksItsClaim());
    }

    @Test
    void aNearTieIsCalledOne() {
        assertEquals("different from token 3 on", different(false).words());
        assertEquals("different from token 3 on, a near tie", different(true).words());
    }

    @Test
    void placesNameWhatTheUserChose() {
        var parity =
                new Parity(
                        "tiny",
                        "cuda",
                        "2",
                        Map.of("sampling", "host", "dtype", "bfloat16"),
                        "static",
                        true,
                        different(false));
        assertEquals("tiny (cuda, threads 2, dtype bfloat16, sampling host)", parity.place());
    }

    private static Parity.Different different(boolean nearTie) {
        return new Parity.Different(8, "ab", 3, YES, NO, 0.5, 0.25, nearTie);
    }

    private static Parity parity(boolean exact, Parity.Outcome outcome) {
        return new Parity("tiny", "cpu", "2", Map.of(), "static", exact, outcome);
    }
}
