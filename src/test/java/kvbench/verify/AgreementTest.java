package kvbench.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.OptionalInt;

class AgreementTest {
    private static final Transcript REFERENCE =
            new Transcript(
                    new int[] {2, 0, 1},
                    List.of(
                            new float[] {1, 2, 4}, // leads by 2
                            new float[] {-1, -1.5f, -8}, // by 0.5
                            new float[] {0, 3, 2})); // by 1

    @Test
    void withItselfEverythingAgreesAndTheGapIsTheNarrowest() {
        Agreement row = Agreement.of(CacheStrategy.NONE, REFERENCE, REFERENCE);

        assertEquals(new Agreement(CacheStrategy.NONE, 3, OptionalInt.empty(), 0, 8, 0.5), row);
        assertTrue(row.agrees());
        assertEquals(3, row.agreeing());
    }

    @Test
    void equalTokensMayHaveOtherScores() {
        var said =
                new Transcript(
                        new int[] {2, 0, 1},
                        List.of(
                                new float[] {1, 2.25f, 4},
                                new float[] {-1, -1.5f, -8.75f},
                                new float[] {0.5f, 3, 2}));

        assertEquals(
                new Agreement(CacheStrategy.STATIC, 3, OptionalInt.empty(), 0.75, 8, 0.5),
                Agreement.of(CacheStrategy.STATIC, said, REFERENCE));
    }

    @Test
    void whatFollowsTheFirstDifferenceIsAnotherTextAndDoesNotCount() {
        var said =
                new Transcript(
                        new int[] {2, 1, 0},
                        List.of(
                                new float[] {1, 2, 4},
                                new float[] {-1.25f, -1, -8},
                                new float[] {900, 3, 2}));
        Agreement row = Agreement.of(CacheStrategy.DYNAMIC, said, REFERENCE);

        assertEquals(new Agreement(CacheStrategy.DYNAMIC, 3, OptionalInt.of(1), 0.5, 8, 0.5), row);
        assertFalse(row.agrees());
        assertEquals(1, row.agreeing());
    }

    @Test
    void theGapAtTheFirstDifferenceIsNotTheNarrowest() {
        var said =
                new Transcript(
                        new int[] {2, 0, 2},
                        List.of(
                                new float[] {1, 2, 4},
                                new float[] {-1, -1.5f, -8},
                                new float[] {0, 3, 3.5f}));

        assertEquals(
                new Agreement(CacheStrategy.STATIC, 3, OptionalInt.of(2), 1.5, 8, 1),
                Agreement.of(CacheStrategy.STATIC, said, REFERENCE));
    }

    @Test
    void aTieHasNoGap() {
        var tied = new Transcript(new int[] {0}, List.of(new float[] {3, 1, 3}));

        assertEquals(0, Agreement.of(CacheStrategy.NONE, tied, tied).gap());
    }
}
