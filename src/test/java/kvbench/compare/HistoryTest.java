package kvbench.compare;

import static kvbench.results.SomeResult.STEP;
import static kvbench.results.SomeResult.converse;
import static kvbench.results.SomeResult.failed;
import static kvbench.results.SomeResult.on;
import static kvbench.results.SomeResult.run;
import static kvbench.results.SomeResult.step;
import static kvbench.results.SomeResult.with;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.context.RunContext;
import kvbench.context.SomeContext;
import kvbench.results.Run;
import kvbench.results.SomeResult;
import kvbench.stats.ChangePoint;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.Set;

class HistoryTest {

    @Test
    void runsStandInTheOrderOfTheirTimes() {
        History history =
                of(at(3, step("static", 64)), at(1, step("static", 64)), at(2, step("static", 64)));
        assertEquals(
                List.of(
                        new History.Point("run1", "c1", "2026-01-01T00:00:00Z"),
                        new History.Point("run2", "c2", "2026-01-02T00:00:00Z"),
                        new History.Point("run3", "c3", "2026-01-03T00:00:00Z")),
                history.points());
    }

    @Test
    void ofNoRunsThereIsNoHistory() {
        assertEquals(new History(List.of(), List.of(), List.of(), List.of(), List.of()), of());
    }

    @Test
    void aRunThatCannotBePlacedIsLeftOutWithTheReason() {
        Run other =
                on(
                        SomeContext.with(context(2), "/cpu/model", "\"Other CPU\""),
                        run("other", step("static", 64)));
        History history =
                of(
                        at(1, step("static", 64)),
                        other,
                        run("bare", step("static", 64)),
                        at(3, step("static", 64)));
        assertEquals(
                List.of(
                        "bare: no context.json, so its time and commit are unknown",
                        "other: differs from the latest in cpu.model"),
                history.leftOut());
        assertEquals(
                List.of("run1", "run3"),
                history.points().stream().map(History.Point::run).toList());
    }

    @Test
    void theLatestRunTellsWhatTheOthersMustBeLike() {
        Run latest =
                on(
                        SomeContext.with(context(9), "/cpu/model", "\"Other CPU\""),
                        run("latest", step("static", 64)));
        History history = of(at(1, step("static", 64)), at(2, step("static", 64)), latest);
        assertEquals(List.of("latest"), history.points().stream().map(History.Point::run).toList());
        assertEquals(2, history.leftOut().size());
    }

    @Test
    void aFieldThatIsToBeIgnoredLeavesNoneOut() {
        Run other =
                on(
                        SomeContext.with(context(2), "/cpu/model", "\"Other CPU\""),
                        run("other", step("static", 64)));
        var builder = new History.Builder(Compared.ignoring("cpu"));
        builder.add(at(1, step("static", 64))).add(other);
        assertEquals(List.of(), builder.build().leftOut());
    }

    @Test
    void aChangeThatLastsIsNamedByTheRunThatItCameWith() {
        // Ten runs at 100 us, ten at 120: six forks each, alike
        Run[] runs = new Run[20];
        for (int run = 0; run < runs.length; run++) {
            double level = run < 10 ? 100 : 120;
            // A little noise, so that no two runs tie
            double noise = 0.01 * (run * 7 % 10);
            runs[run] =
                    at(
                            run + 1,
                            step("static", 64)
                                    .time("us/op", level + noise, level + noise, level + noise));
        }
        History history = of(runs);
        List<ChangePoint> changes = history.series().getFirst().changes();
        assertEquals(1, changes.size(), changes::toString);
        assertEquals(10, changes.getFirst().run());
        assertEquals("c11", history.points().get(10).commit());
        assertEquals(1.2, changes.getFirst().ratio(), 1e-3);
        assertTrue(changes.getFirst().p() <= 0.05);
        assertEquals("s", history.series().getFirst().unit());
        assertEquals(100e-6, history.series().getFirst().estimates().getFirst().median(), 1e-12);
    }

    @Test
    void eachOtherCountOfBytesIsAStep() {
        History history =
                of(
                        at(1, bytes(100)),
                        at(2, bytes(100)),
                        at(3, bytes(150)),
                        at(4, converse("static", 4)),
                        at(5, bytes(150)),
                        at(6, bytes(75)));
        History.Series held =
                history.series().stream()
                        .filter(series -> series.quantity().equals(Quantity.KV_HELD))
                        .findFirst()
                        .orElseThrow();
        assertEquals(
                List.of(new ChangePoint(2, 1.5, Double.NaN), new ChangePoint(5, 0.5, Double.NaN)),
                held.changes());
        assertEquals(6, held.estimates().size());
        assertTrue(Double.isNaN(held.estimates().get(3).median()), "not measured in run 4");
    }

    @Test
    void theMostOfACountThatVariesIsItsFigureAsInAComparison() {
        History history =
                of(
                        at(1, step("static", 64).metric("kv.held", "B", 100, 100, 100)),
                        at(2, step("static", 64).metric("kv.held", "B", 100, 100, 200)));
        assertEquals(
                List.of(new ChangePoint(1, 2, Double.NaN)), history.series().getLast().changes());
    }

    @Test
    void anArmThatSomeRunsDidNotMeasureKeepsItsPlaces() {
        History history =
                of(
                        at(1, step("static", 64).time("us/op", 1)),
                        at(
                                2,
                                step("static", 64).time("us/op", 2),
                                step("none", 64).time("us/op", 5)),
                        at(3, step("static", 64).time("us/op", 3)));
        assertEquals(2, history.series().size());
        History.Series none = history.series().getFirst();
        assertEquals("none", none.example().params().get("strategy"));
        assertEquals(
                List.of(true, false, true),
                none.estimates().stream()
                        .map(estimate -> Double.isNaN(estimate.median()))
                        .toList());
        assertEquals(List.of(), none.changes());
    }

    @Test
    void aRunInAnotherUnitIsNotHeldAgainstTheOthers() {
        History history =
                of(
                        at(1, step("static", 64).time("us/op", 1)),
                        at(2, step("static", 64).time("furlongs", 2)));
        assertEquals(
                List.of(
                        "run1: DecodeStepBenchmark.step {depth=64, strategy=static}, time in"
                                + " s where the latest has furlongs"),
                history.leftOut());
        assertEquals(
                List.of(0, 1),
                history.series().getFirst().estimates().stream().map(e -> e.forks()).toList());
    }

    @Test
    void armsOnOtherNumbersOfThreadsAreOtherSeries() {
        History history =
                of(
                        at(
                                1,
                                step("static", 64).time("us/op", 1),
                                step("static", 64).threads(2).time("us/op", 2)));
        assertEquals(2, history.series().size());
    }

    @Test
    void onlyWhatTheFilterTakesIsFollowed() {
        var settings =
                new Settings(
                        new Axis.Runs(),
                        Optional.empty(),
                        Quantity.DEFAULT,
                        Filter.of(List.of("strategy=none")),
                        Settings.PRACTICAL_THRESHOLD,
                        Set.of());
        History history =
                new History.Builder(settings)
                        .add(at(1, step("static", 64), step("none", 64)))
                        .build();
        assertEquals(1, history.series().size());
        assertEquals("none", history.series().getFirst().example().params().get("strategy"));
    }

    @Test
    void anArmThatWasMeasuredTwiceIsLeftOutOfThatRun() {
        History history =
                of(
                        at(1, step("static", 64).time("us/op", 1), step("static", 64)),
                        at(2, step("static", 64).time("us/op", 2)));
        assertEquals(
                List.of(
                        "run1: DecodeStepBenchmark.step {depth=64, strategy=static} measured"
                                + " twice"),
                history.leftOut());
        assertEquals(
                List.of(0, 1),
                history.series().getFirst().estimates().stream().map(e -> e.forks()).toList());
    }

    @Test
    void anArmThatTheLatestRunLacksIsNamed() {
        SomeResult there = step("static", 64).time("us/op", 1);
        SomeResult gone = step("none", 64).time("us/op", 1);
        assertEquals(
                List.of(
                        "run3, the latest: DecodeStepBenchmark.step {depth=64, strategy=none} not"
                                + " measured, last in run2"),
                of(at(1, there, gone), at(2, there, gone), at(3, there)).leftOut());
        // One that failed there is named with its reason
        assertEquals(
                List.of(
                        "run2: DecodeStepBenchmark.step {depth=64, strategy=none} without a result"
                                + " (failed: killed)"),
                of(at(1, there, gone), with(failed("killed", gone), at(2, there))).leftOut());
        // One that an earlier run lacks is there
        assertEquals(List.of(), of(at(1, there), at(2, there, gone)).leftOut());
    }

    @Test
    void figuresInWhichNoChangeCanBeSeenAreNamed() {
        History history =
                of(
                        at(1, step("static", 64).time("us/op", 0, 1)),
                        at(2, step("static", 64).time("us/op", 1, 1)),
                        at(3, step("static", 64).time("us/op", -1, -1)));
        assertEquals(
                List.of(
                        "DecodeStepBenchmark.step {depth=64, strategy=static}, time: figures of 0"
                                + " or less in 2 of 3 runs, in which no change can be seen"),
                history.leftOut());
    }

    @Test
    void armsThatWereMeasuredForLongerAreLeftOutInOneLineOfTheirRun() {
        String arms =
                """
                [{"benchmark":"%1$s","params":{"strategy":"static","depth":"64"},"forks":6,"warmups":1,
                "measurements":%2$d,"timedSeconds":0},{"benchmark":"%1$s","params":{"strategy":"static",
                "depth":"128"},"forks":6,"warmups":1,"measurements":%2$d,"timedSeconds":0}]
                """;
        SomeResult[] cells = {
            step("static", 64).time("us/op", 1).metric("kv.held", "B", 1),
            step("static", 128).time("us/op", 1)
        };
        History history =
                of(
                        on(
                                SomeContext.with(context(1), "/plan/arms", arms.formatted(STEP, 1)),
                                run("run1", cells)),
                        on(
                                SomeContext.with(context(2), "/plan/arms", arms.formatted(STEP, 2)),
                                run("run2", cells)));
        assertEquals(
                List.of(
                        "run1: DecodeStepBenchmark.step {depth=64, strategy=static} and 1 other arm"
                                + " measured otherwise than in the latest"),
                history.leftOut());
        // Bytes are counted however long it takes
        assertEquals(
                List.of(List.of(0, 1), List.of(1, 1), List.of(0, 1)),
                history.series().stream()
                        .map(series -> series.estimates().stream().map(e -> e.forks()).toList())
                        .toList());
    }

    private static SomeResult bytes(double bytes) {
        return step("static", 64).metric("kv.held", "B", bytes, bytes);
    }

    private static History of(Run... runs) {
        var builder = new History.Builder(Settings.along(new Axis.Runs()));
        List.of(runs).forEach(builder::add);
        return builder.build();
    }

    private static Run at(int day, SomeResult... results) {
        return on(context(day), run("run" + day, results));
    }

    private static RunContext context(int day) {
        return SomeContext.with(
                SomeContext.with(
                        SomeContext.ofCommit("c" + day),
                        "/source/codeSha256",
                        "\"code%d\"".formatted(day)),
                "/utc",
                "\"2026-01-%02dT00:00:00Z\"".formatted(day));
    }
}
