package kvbench.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.matrix.Cell;
import kvbench.matrix.Schedule;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.options.TimeValue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether forks are enough, by the table of the methodology: 4 decide 1, 5 decide 6, 6 decide 23.
 */
class ForkNeedTest {

    @Test
    void tellsTheForksThatItTakesAndHowMuchLonger() {
        // Of 2 x 4 comparisons; a fork without a model starts in a second: 12 cells, 2 forks more.
        assertEquals(
                Optional.of(
                        "4 forks of each arm cannot decide 8 comparisons of time, however far apart"
                                + " the arms lie; 6 can (-f 6), which takes about "
                                + Forecast.clock(
                                        new Forecast(Map.of())
                                                .remaining(
                                                        Stream.concat(
                                                                        steps(4, 4).stream(),
                                                                        steps(4, 4).stream())
                                                                .toList()))
                                + " longer"),
                warning(steps(4, 4)));
    }

    @Test
    void saysNothingWhereForksAreEnoughOrNothingIsCompared() {
        assertEquals(Optional.empty(), warning(steps(6, 4)));
        assertEquals(Optional.empty(), warning(List.of(cell("DecodeStep", 1, 1, "none"))));
        assertEquals(
                Optional.empty(),
                warning(
                        List.of(
                                cell("DecodeStep", 1, 1, "dynamic"),
                                cell("DecodeStep", 2, 1, "static"))));
    }

    @Test
    void oneForkDecidesNothing() {
        assertEquals(
                "1 fork of each arm cannot decide 1 comparison of time, however far apart the arms"
                        + " lie; 4 can (-f 4)",
                warning(
                                List.of(
                                        cell("DecodeStep", 1, 1, "dynamic"),
                                        cell("DecodeStep", 1, 1, "static")))
                        .orElseThrow()
                        .replaceFirst(", which takes.*", ""));
    }

    @Test
    void latenciesAreThreeForEachAnswer() {
        // 8 comparisons of time, which 6 forks decide, and 24 of latency, which they do not.
        assertEquals(
                "6 forks of each arm cannot decide 24 comparisons of latency, however far apart the"
                        + " arms lie; 7 can (-f 7)",
                warning(
                                steps(6, 4).stream()
                                        .map(
                                                step ->
                                                        cell(
                                                                "Generation",
                                                                Integer.parseInt(
                                                                        step.param("depth")),
                                                                6,
                                                                step.param("strategy")))
                                        .toList())
                        .orElseThrow()
                        .replaceFirst(", which takes.*", ""));
    }

    private static Optional<String> warning(List<Cell> cells) {
        return ForkNeed.warning(cells, new Forecast(Map.of()));
    }

    private static List<Cell> steps(int forks, int depths) {
        return Stream.iterate(1, depth -> depth + 1)
                .limit(depths)
                .flatMap(
                        depth ->
                                Stream.of("none", "dynamic", "static")
                                        .map(
                                                strategy ->
                                                        cell("DecodeStep", depth, forks, strategy)))
                .toList();
    }

    private static Cell cell(String kind, int depth, int forks, String strategy) {
        return new Cell(
                "kvbench.bench.%sBenchmark.run".formatted(kind),
                Map.of("depth", Integer.toString(depth), "strategy", strategy),
                new Schedule(forks, 1, 1, TimeValue.seconds(1), TimeValue.seconds(1)));
    }
}
