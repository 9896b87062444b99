package kvbench.compare;

import static kvbench.results.SomeResult.on;
import static kvbench.results.SomeResult.run;
import static kvbench.results.SomeResult.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.context.RunContext;
import kvbench.context.SomeContext;
import kvbench.results.Run;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;

class AxisTest {

    @Test
    void strategiesStandInTheReportsOrder() {
        Comparison comparison =
                Compared.along(
                        Axis.named("strategy"),
                        run(
                                "a",
                                step("window", 64),
                                step("static@2", 64),
                                step("static", 64),
                                step("chunked", 64),
                                step("dynamic", 64),
                                step("none", 64)));
        assertEquals(
                List.of("none", "dynamic", "static", "static@2", "chunked", "window"),
                comparison.columns());
        assertEquals(1, comparison.rows().size());
        assertEquals(Map.of("depth", "64"), comparison.rows().getFirst().params());
    }

    @Test
    void numbersStandByTheirValue() {
        Comparison comparison =
                Compared.along(
                        Axis.named("depth"),
                        run("a", step("static", 1024), step("static", 64), step("static", 128)));
        assertEquals(List.of("64", "128", "1024"), comparison.columns());
        assertEquals(Map.of("strategy", "static"), comparison.rows().getFirst().params());
    }

    @Test
    void anyParameterMayBeAnAxis() {
        Comparison comparison =
                Compared.along(
                        Axis.named("model"),
                        run(
                                "a",
                                step("static", 64).param("model", "b").time("us/op", 3),
                                step("static", 64).param("model", "a").time("us/op", 2)));
        assertEquals(List.of("a", "b"), comparison.columns());
        assertEquals(1.5, Compared.only(comparison).ratio(), 1e-12);
    }

    @Test
    void resultsWithoutTheParameterAreCounted() {
        Comparison one =
                Compared.along(
                        Axis.named("model"),
                        run("a", step("none", 64), step("static", 64).param("model", "b")));
        assertEquals(
                List.of("1 result has no parameter \"model\" and stands in no column."),
                one.notes());
        Comparison two =
                Compared.along(Axis.named("model"), run("a", step("none", 1), step("none", 2)));
        assertEquals(
                List.of("2 results have no parameter \"model\" and stand in no column."),
                two.notes());
        assertEquals(List.of(), two.columns());
    }

    @Test
    void theBaselineIsWhicheverIsWanted() {
        Comparison comparison =
                Comparison.of(
                        List.of(
                                new Side(
                                        "a",
                                        run(
                                                "a",
                                                step("none", 64).time("us/op", 3),
                                                step("static", 64).time("us/op", 2)))),
                        Settings.along(Axis.STRATEGY).withBaseline("static"));
        assertEquals(List.of("static", "none"), comparison.columns());
        assertEquals(1.5, Compared.only(comparison).ratio(), 1e-12);
    }

    @Test
    void runsStandInTheOrderAndUnderTheNamesThatTheyWereGiven() {
        Comparison comparison =
                Compared.along(
                        Axis.named("run"),
                        run("new", step("static", 64)),
                        run("empty"),
                        run("old", step("static", 64)));
        assertEquals(List.of("new", "empty", "old"), comparison.columns());
    }

    @Test
    void commitsAreShortAndMarkedWhereTheyWereChanged() {
        Run clean = on(SomeContext.ofCommit("0123456789abcdef"), run("a", step("static", 64)));
        RunContext changed =
                SomeContext.with(
                        SomeContext.ofCommit("0123456789abcdef"),
                        "/source/built/state",
                        "\"dirty\"");
        Comparison comparison =
                Compared.along(
                        Axis.named("commit"),
                        clean,
                        on(changed, run("b", step("static", 64))),
                        run("without", step("static", 64)));
        assertEquals(List.of("01234567", "01234567+", "without"), comparison.columns());
    }

    @Test
    void runsOfOneCommitShareItsColumn() {
        Comparison comparison =
                Compared.along(
                        Axis.named("commit"),
                        on(SomeContext.ofCommit("aa"), run("a", step("static", 64))),
                        on(SomeContext.ofCommit("aa"), run("b", step("static", 64))),
                        on(SomeContext.ofCommit("bb"), run("c", step("static", 64))));
        assertEquals(List.of("aa", "bb"), comparison.columns());
        Entry entry = Compared.only(comparison);
        assertEquals(Verdict.NOT_COMPARABLE, entry.verdict());
        assertEquals("measured 2 times in a, b", entry.reason());
    }

    @Test
    void severalRunsShareRowsWhereTheirResultsDoNotMeet() {
        Comparison comparison =
                Compared.along(
                        Axis.STRATEGY,
                        run("a", step("none", 64).time("us/op", 2)),
                        run("b", step("static", 64).time("us/op", 1)));
        assertEquals(List.of("none", "static"), comparison.columns());
        assertEquals("", comparison.rows().getFirst().run());
        assertEquals(0.5, Compared.only(comparison).ratio(), 1e-12);
    }

    @Test
    void severalRunsHaveRowsOfTheirOwnWhereTheirResultsWouldMeet() {
        Comparison comparison =
                Compared.along(
                        Axis.STRATEGY,
                        run(
                                "a",
                                step("none", 64).time("us/op", 2),
                                step("static", 64).time("us/op", 1)),
                        run(
                                "b",
                                step("none", 64).time("us/op", 8),
                                step("static", 64).time("us/op", 2)));
        assertEquals(List.of("a", "b"), comparison.rows().stream().map(Row::run).toList());
        assertEquals(List.of(0.5, 0.25), comparison.candidates().map(Entry::ratio).toList());
    }

    @Test
    void sharedRowsOfDifferentMachinesAreNotComparable() {
        Comparison comparison =
                Compared.along(
                        Axis.STRATEGY,
                        on(SomeContext.quiet(), run("a", step("none", 64))),
                        on(
                                SomeContext.with("/cpu/model", "\"Other\""),
                                run("b", step("static", 64))));
        assertEquals("the runs differ in cpu.model", Compared.only(comparison).reason());
    }

    @Test
    void theProviderMayDifferWhereItIsTheAxis() {
        Run cpu = on(SomeContext.quiet(), run("a", step("none", 64).param("provider", "cpu")));
        Run cuda =
                on(
                        SomeContext.with("/runtime/computing/provider", "\"other\""),
                        run("b", step("none", 64).param("provider", "other")));
        assertEquals(
                Verdict.TOO_FEW_SAMPLES,
                Compared.only(Compared.along(Axis.named("provider"), cpu, cuda)).verdict());
        assertEquals(
                Optional.of("the runs differ in runtime.computing.provider"),
                Compared.along(
                                Axis.STRATEGY,
                                cpu,
                                on(
                                        cuda.context().get(),
                                        run("b", step("s", 64).param("provider", "cpu"))))
                        .candidates()
                        .map(Entry::reason)
                        .findFirst());
    }
}
