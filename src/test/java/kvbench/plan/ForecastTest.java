package kvbench.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.checkpoint.ModelFolder;
import kvbench.engine.Computing;
import kvbench.engine.ModelMemory;
import kvbench.engine.Provider;
import kvbench.matrix.Cell;
import kvbench.matrix.Demand;
import kvbench.matrix.Schedule;
import kvbench.matrix.Stretch;
import kvbench.model.ElementType;
import kvbench.reference.TinyFolder;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.options.TimeValue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ForecastTest {
    /** Two iterations of half a second. */
    private static final Schedule TIMED =
            new Schedule(4, 1, 1, TimeValue.milliseconds(500), TimeValue.milliseconds(500));

    private static final Schedule SINGLE_SHOTS =
            new Schedule(2, 1, 2, TimeValue.NONE, TimeValue.NONE);

    /** Ten seconds to start; a pass takes 2 s and 0.01 s for each token; a step takes 0.125 s. */
    private static final Rates RATES = new Rates(10, new Curve(2, 0.01, 0), new Curve(0.125, 0, 0));

    @TempDir Path temporary;

    private ModelFolder model;

    @BeforeEach
    void writeModel() {
        model = ModelFolder.find(TinyFolder.write(temporary.resolve("tiny"), 512).toString());
    }

    @Test
    void countsAForkForEachUnit() {
        Cell cell = generation("static", 100, 9);
        var forecast = primed(cell, answer("static", 100, 9));
        // 10 s to start, half a second of warm-up, three answers of 3 s and 8 steps.
        assertEquals(seconds(22.5), forecast.remaining(List.of(cell)));
        assertEquals(seconds(67.5), forecast.remaining(List.of(cell, cell, cell)));
        assertEquals(Duration.ZERO, forecast.remaining(List.of()));
    }

    @Test
    void countsOfAKeptCacheItsReadingAndOfItsTextNothing() {
        Cell cell = generation("static", 150, 9);
        var forecast =
                new Forecast(
                        Map.of(
                                cell,
                                demand("static", Optional.empty(), Stretch.answer(100, 50, 8))));
        // A step takes 0.1 s, and 1 ms for each token that is cached or its own.
        forecast.prime(cell, new Rates(10, new Curve(2, 0.01, 0.0001), new Curve(0.1, 0.001, 0)));
        double pass = 2 + 50 * 0.01 + (150 * 150 - 100 * 100) * 0.0001 + 100 * 0.001;
        double steps = 8 * 0.1 + 0.001 * (151 + 152 + 153 + 154 + 155 + 156 + 157 + 158);
        assertEquals(seconds(10.5 + 3 * (pass + steps)), forecast.remaining(List.of(cell)));
    }

    @Test
    void addsTheSetupOfATrialToItsTimedIterations() {
        Cell cell = new Cell("kvbench.bench.DecodeStepBenchmark.step", params("static"), TIMED);
        var forecast =
                primed(
                        cell,
                        demand(
                                "static",
                                Optional.of(Stretch.prefill(100)),
                                Stretch.probedStep(100)));
        // 10 s to start, a pass of 3 s, two iterations that end half a step late.
        assertEquals(seconds(10 + 3 + 2 * (0.5 + 0.0625)), forecast.remaining(List.of(cell)));
    }

    @Test
    void letsEachIterationFinishACallHoweverLong() {
        Cell cell = new Cell("kvbench.bench.PrefillBenchmark.prefill", params("static"), TIMED);
        var forecast = primed(cell, demand("static", Optional.empty(), Stretch.probedPrefill(200)));
        assertEquals(seconds(10 + 2 * 4), forecast.remaining(List.of(cell)));
    }

    @Test
    void takesThatLongAgainForTheNextForkOfACell() {
        Cell cell = generation("static", 100, 9);
        var forecast = primed(cell, answer("static", 100, 9));
        forecast.measured(cell, seconds(30));
        assertEquals(seconds(60), forecast.remaining(List.of(cell, cell)));
        forecast.measured(cell, seconds(40));
        assertEquals(seconds(35), forecast.remaining(List.of(cell)));
    }

    @Test
    void learnsFromAnotherCellOfTheKind() {
        Cell small = generation("static", 100, 9);
        Cell large = generation("static", 300, 81);
        var forecast =
                new Forecast(
                        Map.of(small, answer("static", 100, 9), large, answer("static", 300, 81)));
        forecast.prime(small, RATES);
        // Three answers of 5 s and 80 steps.
        assertEquals(seconds(10.5 + 45), forecast.remaining(List.of(large)));
        // Twice as long as expected, but for the start.
        forecast.measured(small, seconds(10.5 + 24));
        assertEquals(seconds(10.5 + 90), forecast.remaining(List.of(large)));
    }

    /** A short answer says nothing of how long answers are: what it took is the fork's. */
    @Test
    void putsDownToTheForkWhatAShortAnswerTookBeyondItsGuess() {
        Cell small = generation("static", 100, 1);
        Cell large = generation("none", 100, 401);
        var forecast =
                new Forecast(
                        Map.of(small, answer("static", 100, 1), large, answer("none", 100, 401)));
        forecast.prime(small, RATES);
        forecast.prime(large, RATES);
        // Three answers of 3 s in a fork of 10.5 s before them; then three of 53 s.
        assertEquals(seconds(10.5 + 9), forecast.remaining(List.of(small)));
        forecast.measured(small, seconds(10.5 + 9 + 4));
        assertEquals(seconds(10.5 + 159 + 4), forecast.remaining(List.of(large)));
    }

    @Test
    void learnsNothingOfAnotherStrategy() {
        Cell other = generation("none", 100, 50);
        Cell cell = generation("static", 100, 50);
        var forecast =
                new Forecast(
                        Map.of(other, answer("none", 100, 50), cell, answer("static", 100, 50)));
        forecast.prime(cell, RATES);
        Duration before = forecast.remaining(List.of(other));
        forecast.measured(cell, Duration.ofHours(1));
        assertEquals(before, forecast.remaining(List.of(other)));
    }

    @Test
    void expectsAWholePassForEachTokenWithoutACache() {
        Cell cell = generation("none", 100, 3);
        var forecast = new Forecast(Map.of(cell, answer("none", 100, 3)));
        var pass = new Curve(2, 0.01, 0);
        forecast.prime(cell, new Rates(10, pass, pass));
        // Passes of 100, 101 and 102 tokens.
        assertEquals(seconds(10.5 + 3 * (3 + 3.01 + 3.02)), forecast.remaining(List.of(cell)));
    }

    @Test
    void assumesMoreOfAStrategyWithoutACache() {
        Cell none = generation("none", 100, 50);
        Cell cached = generation("static", 100, 50);
        var forecast =
                new Forecast(
                        Map.of(none, answer("none", 100, 50), cached, answer("static", 100, 50)));
        assertTrue(
                forecast.remaining(List.of(none)).compareTo(forecast.remaining(List.of(cached)))
                        > 0);
    }

    @Test
    void knowsTheTimeOfAForkWithoutAModel() {
        Cell cell =
                new Cell(
                        "kvbench.bench.ReadBandwidthBenchmark.read",
                        Map.of("bytes", "2000000000"),
                        TIMED);
        // 1.5 s to start, 1 s to fill the memory, 1 s of reading.
        assertEquals(seconds(3.5), new Forecast(Map.of()).remaining(List.of(cell)));
    }

    private Forecast primed(Cell cell, Demand demand) {
        var forecast = new Forecast(Map.of(cell, demand));
        forecast.prime(cell, RATES);
        return forecast;
    }

    private Demand answer(String strategy, int promptTokens, int tokenBudget) {
        return demand(
                strategy, Optional.empty(), Stretch.answer(0, promptTokens, tokenBudget - 1L));
    }

    private Demand demand(String strategy, Optional<Stretch> setup, Stretch invocation) {
        long sequence = invocation.end() + 1;
        return new Demand(
                model,
                Computing.on(Provider.CPU, 1),
                new ModelMemory(model.config(), ElementType.FLOAT32, ElementType.FLOAT32),
                CacheStrategy.parse(strategy),
                setup,
                List.of(invocation),
                sequence,
                sequence);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1e3));
    }

    private static Map<String, String> params(String strategy) {
        return Map.of("strategy", strategy, "model", "tiny");
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

    @Test
    void showsMinutesAndSeconds() {
        assertEquals("0:00", Forecast.clock(Duration.ZERO));
        assertEquals("1:05", Forecast.clock(Duration.ofSeconds(65)));
        assertEquals("125:59", Forecast.clock(Duration.ofSeconds(125 * 60 + 59)));
    }
}
