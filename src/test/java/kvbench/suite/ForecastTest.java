package kvbench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

class ForecastTest {
    private static final Schedule TIMED = new Schedule(4, 3, 2.5);
    private static final Schedule SINGLE_SHOTS = new Schedule(2, 3, 0);

    private final Forecast forecast = new Forecast(Map.of("tiny", 6_000_000L));

    @Test
    void knowsTimedCellsBeforehand() {
        Cell cell = new Cell("kvbench.bench.PrefillBenchmark.prefill", Map.of(), TIMED);
        // Four forks of 2.5 s, and 1.5 s to start each.
        assertEquals(Duration.ofSeconds(16), forecast.remaining(List.of(cell)));
        assertEquals(Duration.ofSeconds(32), forecast.remaining(List.of(cell, cell)));
        forecast.measured(cell, Duration.ofHours(1));
        assertEquals(Duration.ofSeconds(16), forecast.remaining(List.of(cell)));
    }

    @Test
    void hasNothingLeftWhereNoCellIs() {
        assertEquals(Duration.ZERO, forecast.remaining(List.of()));
    }

    @Test
    void learnsFromAMeasuredCell() {
        Cell cell = generation("static", 100, 50);
        forecast.measured(cell, Duration.ofSeconds(33));
        assertEquals(Duration.ofSeconds(33), forecast.remaining(List.of(cell)));
        // 33 s less 3 s for two forks are the work of 150 tokens; this is the work of 300.
        assertEquals(
                Duration.ofSeconds(63),
                forecast.remaining(List.of(generation("static", 200, 100))));
    }

    @Test
    void learnsNothingOfAnotherStrategy() {
        Cell other = generation("none", 100, 50);
        Duration before = forecast.remaining(List.of(other));
        forecast.measured(generation("static", 100, 50), Duration.ofHours(1));
        assertEquals(before, forecast.remaining(List.of(other)));
    }

    @Test
    void expectsMoreOfAStrategyWithoutACache() {
        assertTrue(
                forecast.remaining(List.of(generation("none", 100, 50)))
                                .compareTo(
                                        forecast.remaining(List.of(generation("static", 100, 50))))
                        > 0);
    }

    private static Cell generation(String strategy, int promptTokens, int tokenBudget) {
        return new Cell(
                "kvbench.bench.GenerationBenchmark.generate",
                Map.of(
                        "strategy",
                        strategy,
                        "model",
                        "tiny",
                        "promptTokens",
                        Integer.toString(promptTokens),
                        "tokenBudget",
                        Integer.toString(tokenBudget)),
                SINGLE_SHOTS);
    }
}
