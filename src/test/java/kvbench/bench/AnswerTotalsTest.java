package kvbench.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kvbench.generate.CacheUse;
import kvbench.generate.Generation;
import kvbench.generate.Percentiles;
import kvbench.generate.Turn;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class AnswerTotalsTest {
    /** 3 tokens in 40 ms, the first after 20. */
    private static final Turn FIRST =
            turn(1, 10, 10, new CacheUse(1_000, 2_000, 300, 0), 20, 30, 40);

    /** 2 tokens in 160 ms, the first after 60. */
    private static final Turn SECOND = turn(2, 30, 23, new CacheUse(3_000, 1_500, 400, 6), 60, 160);

    private static final Percentiles NO_GAPS =
            new Percentiles(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    private static final Turn FAILED = Turn.failed(3, 50, 0, new IllegalStateException("full"));

    @Test
    void addsUpBeforeItDivides() {
        assertEquals(
                new AnswerTotals(
                        200,
                        (20 + 60) / 2.0,
                        // 20 ms for two steps and 100 ms for one; the mean of 10 and 100 is 55.
                        120 / 3.0,
                        // Gaps of 10, 10 and 100 ms, whichever turn they are of.
                        new Percentiles(10e6, 82e6, 98.2e6, 100e6),
                        5,
                        40,
                        33,
                        6,
                        700,
                        3_000,
                        2_000,
                        2,
                        0),
                AnswerTotals.of(List.of(FIRST, SECOND)));
    }

    @Test
    void countsAFailedTurnAsSuchAndInNothingElse() {
        assertEquals(
                new AnswerTotals(
                        200,
                        40,
                        40,
                        new Percentiles(10e6, 82e6, 98.2e6, 100e6),
                        5,
                        40,
                        33,
                        6,
                        700,
                        3_000,
                        2_000,
                        2,
                        1),
                AnswerTotals.of(List.of(FIRST, FAILED, SECOND)));
    }

    @Test
    void hasNoTimesWhereAllTurnsFailed() {
        double none = Double.NaN;
        assertEquals(
                new AnswerTotals(none, none, none, NO_GAPS, 0, 0, 0, 0, 0, none, none, 0, 2),
                AnswerTotals.of(List.of(FAILED, FAILED)));
    }

    @Test
    void hasNoTimePerOutputTokenWhereEachAnswerIsOneToken() {
        assertEquals(
                new AnswerTotals(20, 20, Double.NaN, NO_GAPS, 1, 10, 10, 0, 0, 1, 2, 1, 0),
                AnswerTotals.of(List.of(turn(1, 10, 10, new CacheUse(1, 2, 0, 0), 20))));
    }

    @Test
    void refusesToReportTheTimeOfFailing() {
        List<Turn> turns = List.of(FAILED, FAILED);
        assertEquals(
                "every turn failed; the first: full",
                assertThrows(
                                IllegalStateException.class,
                                () -> AnswerTotals.of(turns).report(turns))
                        .getMessage());
    }

    private static Turn turn(
            int number, int promptTokens, int prefilledTokens, CacheUse cache, long... millis) {
        var nanos = new long[millis.length];
        for (int i = 0; i < millis.length; i++) {
            nanos[i] = millis[i] * 1_000_000;
        }
        return new Turn(
                number,
                promptTokens,
                7,
                Optional.of(
                        new Generation(
                                promptTokens, prefilledTokens, new int[millis.length], nanos)),
                Optional.of(cache),
                Optional.empty(),
                Optional.empty());
    }
}
