package kvbench.report;

import static kvbench.results.SomeResult.converse;
import static kvbench.results.SomeResult.failed;
import static kvbench.results.SomeResult.run;
import static kvbench.results.SomeResult.step;
import static kvbench.results.SomeResult.with;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.compare.Axis;
import kvbench.compare.Comparison;
import kvbench.compare.Quantity;
import kvbench.compare.Settings;
import kvbench.compare.Side;
import kvbench.results.Run;
import kvbench.results.SomeResult;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which strategy a report speaks for, and what it says of each. */
class VerdictWordsTest {

    // ---- The recommendation ----

    @Test
    void theFastestThatIsNowhereSlowerIsRecommended() {
        // chunked is faster on the whole (0.5 and 1 against 0.8 and 0.8: means of logarithms)
        assertEquals(
                Optional.of(
                        "Use chunked: it is up to 2.00 times as fast as dynamic (tg @ d 64), shown"
                                + " faster in 1 of 2 tests and slower in none."),
                recommended(
                        run(
                                "a",
                                time("dynamic", 64, 100),
                                time("dynamic", 128, 100),
                                time("static", 64, 80),
                                time("static", 128, 80),
                                time("chunked", 64, 50),
                                time("chunked", 128, 100))));
    }

    @Test
    void whatItCostsInMemoryIsSaid() {
        // 6 and 12 KiB of 4 KiB: 1.5 to 3.0 times
        assertEquals(
                Optional.of(
                        "Use static: it is up to 1.25 times as fast as dynamic (tg @ d 64), shown"
                            + " faster in 2 of 2 tests and slower in none; at its peak it holds 1.5"
                            + " to 3.0 times the cache memory of dynamic."),
                recommended(
                        run(
                                "a",
                                time("dynamic", 64, 100).metric("kv.peak", "B", 4096),
                                time("dynamic", 128, 100).metric("kv.peak", "B", 4096),
                                time("static", 64, 80).metric("kv.peak", "B", 6144),
                                time("static", 128, 80).metric("kv.peak", "B", 12288))));
    }

    @Test
    void noCacheMayWinAndHoldsNothing() {
        assertEquals(
                Optional.of(
                        "Use none: it is up to 1.25 times as fast as dynamic (tg @ d 64), shown"
                                + " faster in 1 of 1 tests and slower in none; it holds no cache."),
                recommended(
                        run(
                                "a",
                                time("dynamic", 64, 100).metric("kv.peak", "B", 4096),
                                time("none", 64, 80).metric("kv.peak", "B", 0))));
    }

    @Test
    void aStrategyThatIsSlowerSomewhereIsNotRecommended() {
        assertEquals(
                Optional.of(
                        "No exact cache is faster than dynamic without being slower, looking slower"
                                + " or failing elsewhere: static is 2.00 times as fast (tg @ d 64),"
                                + " and 1.20 times as slow (tg @ d 128)."),
                recommended(
                        run(
                                "a",
                                time("dynamic", 64, 100),
                                time("dynamic", 128, 100),
                                time("static", 64, 50),
                                time("static", 128, 120))));
    }

    @Test
    void aStrategyThatFailsSomewhereIsNotRecommended() {
        assertEquals(
                Optional.of(
                        "No exact cache is faster than dynamic without being slower, looking slower"
                                + " or failing elsewhere: static is 2.00 times as fast (tg @ d 64),"
                                + " and failed (tg @ d 128)."),
                recommended(
                        with(
                                failed("out of memory", time("static", 128, 0)),
                                run(
                                        "a",
                                        time("dynamic", 64, 100),
                                        time("dynamic", 128, 100),
                                        time("static", 64, 50)))));
    }

    @Test
    void thatTheBaselineFailsIsNothingAgainstIt() {
        assertEquals(
                Optional.of(
                        "Use static: it is up to 2.00 times as fast as dynamic (tg @ d 64), shown"
                                + " faster in 1 of 2 tests and slower in none."),
                recommended(
                        with(
                                failed("out of memory", time("dynamic", 128, 0)),
                                run(
                                        "a",
                                        time("dynamic", 64, 100),
                                        time("static", 64, 50),
                                        time("static", 128, 100)))));
    }

    @Test
    void whatLooksSlowerSomewhereIsNotRecommended() {
        // Faster at depth 64; at 128 slower by its median, and undecided: forks on both sides
        assertEquals(
                Optional.of(
                        "No exact cache is faster than dynamic without being slower, looking slower"
                                + " or failing elsewhere: static is 2.00 times as fast (tg @ d 64),"
                                + " and 2.00 times as slow (tg @ d 128, undecided)."),
                recommended(
                        run(
                                "a",
                                time("dynamic", 64, 100),
                                time("static", 64, 50),
                                step("dynamic", 128).time("us/op", 100, 100, 100, 100, 100, 300),
                                step("static", 128).time("us/op", 90, 90, 200, 200, 200, 200))));
    }

    @Test
    void whichIsFastestIsToldByTheTestsThatAllHave() {
        // Of depth 128, which both have, static takes a third, chunked 45 % of the time
        assertEquals(
                Optional.of(
                        "Use static: it is up to 3.33 times as fast as dynamic (tg @ d 128), shown"
                                + " faster in 2 of 2 tests and slower in none."),
                recommended(
                        run(
                                "a",
                                time("dynamic", 64, 100),
                                time("dynamic", 128, 100),
                                time("static", 64, 70),
                                time("static", 128, 30),
                                time("chunked", 128, 45))));
    }

    @Test
    void whereTheRecommendedWasNotMeasuredIsCounted() {
        assertEquals(
                Optional.of(
                        "Use chunked: it is up to 2.50 times as fast as dynamic (tg @ d 128), shown"
                                + " faster in 1 of 2 tests and slower in none, not measured in 1."),
                recommended(
                        run(
                                "a",
                                time("dynamic", 64, 100),
                                time("dynamic", 128, 100),
                                time("static", 64, 30),
                                time("static", 128, 50),
                                time("chunked", 128, 40))));
    }

    @Test
    void withoutATestThatAllHaveTheOneOfMostTestsIsTaken() {
        assertEquals(
                Optional.of(
                        "Use static: it is up to 1.25 times as fast as dynamic (tg @ d 64), shown"
                                + " faster in 2 of 3 tests and slower in none, not measured in 1."),
                recommended(
                        run(
                                "a",
                                time("dynamic", 64, 100),
                                time("dynamic", 128, 100),
                                time("dynamic", 256, 100),
                                time("static", 64, 80),
                                time("static", 128, 80),
                                time("chunked", 256, 40))));
    }

    @Test
    void ofThoseAsFastTheOneThatHoldsLeastIsRecommended() {
        assertEquals(
                Optional.of(
                        "Use static: it is up to 1.98 times as fast as dynamic (tg @ d 64), shown"
                            + " faster in 1 of 1 tests and slower in none; at its peak it holds 1.0"
                            + " times the cache memory of dynamic; chunked is as fast within 2 %,"
                            + " and holds more."),
                recommended(
                        run(
                                "a",
                                time("dynamic", 64, 100).metric("kv.peak", "B", 4096),
                                time("static", 64, 50.5).metric("kv.peak", "B", 4096),
                                time("chunked", 64, 50).metric("kv.peak", "B", 36864))));
    }

    @Test
    void bytesWhereTheBaselineHoldsNoneAreSaid() {
        Run some =
                run(
                        "a",
                        time("dynamic", 64, 100).metric("kv.peak", "B", 0),
                        time("static", 64, 50).metric("kv.peak", "B", 4096),
                        time("dynamic", 128, 100).metric("kv.peak", "B", 4096),
                        time("static", 128, 50).metric("kv.peak", "B", 4096));
        assertEquals(
                Optional.of(
                        "Use static: it is up to 2.00 times as fast as dynamic (tg @ d 64), shown"
                            + " faster in 2 of 2 tests and slower in none; at its peak it holds 1.0"
                            + " times the cache memory of dynamic, and a cache in 1 of 2 tests"
                            + " where the baseline holds 0 B."),
                recommended(some));
        assertEquals(
                List.of(
                        "static against dynamic: decode step 2.00 times as fast at depth 64 and 128"
                            + " (2.00 to 2.00). At its peak it holds as much memory; at depth 64 it"
                            + " holds a cache, where the baseline holds 0 B."),
                sentences(some));
        Run all =
                run(
                        "a",
                        time("none", 64, 100).metric("kv.peak", "B", 0),
                        time("static", 64, 50).metric("kv.peak", "B", 4096));
        assertEquals(
                Optional.of(
                        "Use static: it is up to 2.00 times as fast as none (tg @ d 64), shown"
                                + " faster in 1 of 1 tests and slower in none; it holds a cache,"
                                + " where the baseline holds 0 B."),
                recommended(all, "none"));
    }

    @Test
    void whatLooksSlowerIsNotUsedForItsMemory() {
        SomeResult dynamic = step("dynamic", 64).time("us/op", 100, 100, 100, 100, 100, 300);
        SomeResult chunked = step("chunked", 64).time("us/op", 80, 90, 100, 100, 110, 120);
        SomeResult slower = step("static", 64).time("us/op", 90, 90, 200, 200, 200, 200);
        assertEquals(
                Optional.of("No exact cache is shown to be faster than dynamic here."),
                recommended(
                        run(
                                "a",
                                dynamic.metric("kv.peak", "B", 4096),
                                slower.metric("kv.peak", "B", 2048))));
        assertEquals(
                Optional.of(
                        "No exact cache is shown to be faster than dynamic here, and no other cache"
                                + " holds less at its peak without being slower, looking slower or"
                                + " failing: use dynamic."),
                recommended(
                        run(
                                "a",
                                dynamic.metric("kv.peak", "B", 4096),
                                chunked.metric("kv.peak", "B", 4096),
                                slower.metric("kv.peak", "B", 2048))));
        assertEquals(
                Optional.of(
                        "Use chunked for its memory: no exact cache is shown to be faster than"
                            + " dynamic here; its speed is undecided in 1 of 1 tests; at its peak"
                            + " it holds 0.50 times the cache memory of dynamic."),
                recommended(
                        run(
                                "a",
                                dynamic.metric("kv.peak", "B", 4096),
                                chunked.metric("kv.peak", "B", 2048))));
    }

    @Test
    void speedThatCouldNotBeComparedIsNotCalledOneOfTooFewForks() {
        assertEquals(
                Optional.of(
                        "Use static for its memory: no speed could be compared with that of dynamic"
                                + " here; at its peak it holds 0.50 times the cache memory of"
                                + " dynamic."),
                recommended(
                        run(
                                "a",
                                time("dynamic", 64, 100).metric("kv.peak", "B", 4096),
                                time("static", 64, 0).metric("kv.peak", "B", 2048))));
    }

    @Test
    void lossyStrategiesAndArmsMeasuredAgainAreNotRecommended() {
        assertEquals(
                Optional.of(
                        "Use static for its memory: no exact cache is shown to be faster than"
                                + " dynamic here; at its peak it holds 0.50 times the cache memory"
                                + " of dynamic."),
                recommended(
                        run(
                                "a",
                                time("dynamic", 64, 100).metric("kv.peak", "B", 4096),
                                time("static", 64, 100).metric("kv.peak", "B", 2048),
                                time("static@2", 64, 50).metric("kv.peak", "B", 1024),
                                time("int8", 64, 20).metric("kv.peak", "B", 512))));
    }

    @Test
    void withoutAWinnerTheBaselineIsUsedWhereItHoldsLeast() {
        assertEquals(
                Optional.of(
                        "No exact cache is shown to be faster than dynamic here, and no other cache"
                            + " holds less at its peak: use dynamic; going without a cache takes up"
                            + " to 4.00 times as long."),
                recommended(
                        run(
                                "a",
                                time("dynamic", 64, 100).metric("kv.peak", "B", 4096),
                                time("static", 64, 100).metric("kv.peak", "B", 4096),
                                time("none", 64, 400).metric("kv.peak", "B", 0))));
    }

    @Test
    void noCacheThatIsSlowerInEveryForkIsNoChoiceHoweverFewForksThereAre() {
        Run fourForks =
                run(
                        "a",
                        four("dynamic", 64, 100).metric("kv.peak", "B", 4096),
                        four("static", 64, 101).metric("kv.peak", "B", 2048),
                        four("none", 64, 1000).metric("kv.peak", "B", 0),
                        four("dynamic", 1024, 100).metric("kv.peak", "B", 4096),
                        four("static", 1024, 99).metric("kv.peak", "B", 2048),
                        four("none", 1024, 7120).metric("kv.peak", "B", 0));
        assertEquals(
                Optional.of(
                        "Use static for its memory: there are too few forks here to tell the speed"
                                + " of static from that of dynamic; at its peak it holds 0.50 times"
                                + " the cache memory of dynamic; going without a cache took up to"
                                + " 71.2 times as long, in all 4 forks, too few for the test to"
                                + " show it."),
                recommended(fourForks));
        assertEquals(
                List.of(
                        "none against dynamic: decode step 10.0 times as slow at depth 64 in all 4"
                                + " forks, 71.2 times as slow at depth 1,024 in all 4 forks; these"
                                + " are too few forks for the test to show it. It holds no cache.",
                        "static against dynamic: decode step too few forks to tell at depth 64 and"
                                + " 1,024. At its peak it holds 0.50 times the memory."),
                sentences(fourForks));
    }

    @Test
    void againstNoCacheAloneTheBaselineIsUsed() {
        assertEquals(
                Optional.of(
                        "Use dynamic; going without a cache took up to 4.00 times as long, in the"
                                + " only fork, too few for the test to show it."),
                recommended(
                        run(
                                "a",
                                step("dynamic", 64).time("us/op", 100),
                                step("none", 64).time("us/op", 400))));
    }

    @Test
    void whereNoCacheIsTheBaselineThatACacheWasFasterInEveryForkIsSaid() {
        assertEquals(
                Optional.of(
                        "Static was up to 4.00 times as fast as none (tg @ d 64), in all 2 forks,"
                                + " too few for the test to show it."),
                recommended(
                        run(
                                "a",
                                step("none", 64).time("us/op", 400, 400),
                                step("static", 64).time("us/op", 100, 100)),
                        "none"));
    }

    @Test
    void aCacheThatWasSlowerInEveryForkIsNotUsedForItsMemory() {
        assertEquals(
                Optional.of(
                        "There are too few forks here to tell the speed of static from that of"
                                + " dynamic."),
                recommended(
                        run(
                                "a",
                                step("dynamic", 64).time("us/op", 100).metric("kv.peak", "B", 2),
                                step("static", 64).time("us/op", 300).metric("kv.peak", "B", 1))));
    }

    @Test
    void ofFewerForksThanAreTestedOnlyAFactorIsTold() {
        assertEquals(
                List.of(
                        "static against dynamic: decode step too few forks to tell at depth 1, 2.00"
                                + " times as slow at depth 2 in the only fork; these are too few"
                                + " forks for the test to show it."),
                sentences(
                        run(
                                "a",
                                step("dynamic", 1).time("us/op", 100),
                                step("static", 1).time("us/op", 199),
                                step("dynamic", 2).time("us/op", 100),
                                step("static", 2).time("us/op", 200))));
    }

    @Test
    void whereTestsDifferInWhichHoldsLeastNoneIsNamed() {
        assertEquals(
                Optional.of("No exact cache is shown to be faster than dynamic here."),
                recommended(
                        run(
                                "a",
                                time("dynamic", 64, 100).metric("kv.peak", "B", 4096),
                                time("static", 64, 100).metric("kv.peak", "B", 2048),
                                time("dynamic", 128, 100).metric("kv.peak", "B", 4096),
                                time("static", 128, 100).metric("kv.peak", "B", 8192))));
    }

    @Test
    void withoutTwoStrategiesThatCouldBeComparedThereIsNone() {
        assertEquals(Optional.empty(), recommended(run("a")));
        assertEquals(Optional.empty(), recommended(run("a", time("dynamic", 64, 100))));
        assertEquals(
                Optional.empty(),
                recommended(run("a", time("dynamic", 64, 100), time("static", 128, 100))));
    }

    // ---- The sentences ----

    @Test
    void eachStrategyHasItsTimesWithIntervalsAndItsMemory() {
        // 100 / 80..85: 1.18 to 1.25, estimate 100 / 82.5
        assertEquals(
                List.of(
                        "static against dynamic: whole conversations 1.21 times as fast at 4 turns"
                            + " (1.18 to 1.25), 1.13 times as slow at 8 turns (1.10 to 1.15);"
                            + " decode step the same at depth 2,048. At its peak it holds 2.0 times"
                            + " the memory."),
                sentences(
                        run(
                                "a",
                                converse("dynamic", 4).time("ms/op", 100, 100, 100, 100, 100, 100),
                                converse("static", 4).time("ms/op", 80, 81, 82, 83, 84, 85),
                                converse("dynamic", 8)
                                        .time("ms/op", 100, 100, 100, 100, 100, 100)
                                        .metric("kv.peak", "B", 100),
                                converse("static", 8)
                                        .time("ms/op", 110, 111, 112, 113, 114, 115)
                                        .metric("kv.peak", "B", 200),
                                time("dynamic", 2048, 100),
                                time("static", 2048, 100))));
    }

    @Test
    void memoryIsARangeOverTheTests() {
        assertEquals(
                List.of(
                        "none against dynamic: decode step not comparable at depth 64. It holds no"
                                + " cache.",
                        "static against dynamic: decode step the same at depth 64 and 128. At its"
                                + " peak it holds 0.50 (depth 64) to 3.0 (depth 128) times the"
                                + " memory."),
                sentences(
                        run(
                                "a",
                                time("dynamic", 64, 100).metric("kv.peak", "B", 100),
                                time("dynamic", 128, 100).metric("kv.peak", "B", 100),
                                time("static", 64, 100).metric("kv.peak", "B", 50),
                                time("static", 128, 100).metric("kv.peak", "B", 300),
                                step("none", 64)
                                        .time("us/op", List.of())
                                        .metric("kv.peak", "B", 0))));
    }

    @Test
    void equalMemoryIsAsMuch() {
        assertEquals(
                List.of(
                        "static against dynamic: decode step the same at depth 64. At its peak it"
                                + " holds as much memory."),
                sentences(
                        run(
                                "a",
                                time("dynamic", 64, 100).metric("kv.peak", "B", 100),
                                time("static", 64, 100).metric("kv.peak", "B", 100))));
    }

    @Test
    void whatIsUndecidedFailedOrNotComparableIsSaid() {
        assertEquals(
                List.of(
                        "static against dynamic: decode step too few forks to tell at depth 1,"
                                + " failed at depth 2, not comparable at depth 3, not comparable at"
                                + " depth 4, where the baseline failed."),
                sentences(
                        with(
                                failed("killed", time("static", 2, 0), time("dynamic", 4, 0)),
                                run(
                                        "a",
                                        step("dynamic", 1).time("us/op", 1),
                                        step("static", 1).time("us/op", 1.9),
                                        time("dynamic", 2, 100),
                                        time("dynamic", 3, 100),
                                        step("static", 3).time("furlongs", 1),
                                        time("static", 4, 100)))));
    }

    @Test
    void aTestOfOneSideOnlyIsNotSpokenOf() {
        assertEquals(
                List.of(), sentences(run("a", time("dynamic", 64, 1), time("static", 128, 1))));
    }

    @Test
    void benchmarksOfOthersAreCalledByTheirNames() {
        assertEquals(
                List.of("static against dynamic: Odd.strut the same at x=1 and x=2."),
                sentences(
                        run(
                                "a",
                                odd("dynamic", 1),
                                odd("static", 1),
                                odd("dynamic", 2),
                                odd("static", 2))));
        assertEquals(
                List.of("static against dynamic: Odd.strut the same."),
                sentences(run("a", odd("dynamic", 1), odd("static", 1))));
    }

    private static SomeResult odd(String strategy, int x) {
        return new SomeResult("where.Odd.strut", "avgt")
                .param("strategy", strategy)
                .param("x", x)
                .time("s/op", 1, 1, 1, 1, 1, 1);
    }

    private static SomeResult time(String strategy, int depth, double micros) {
        return step(strategy, depth).time("us/op", micros, micros, micros, micros, micros, micros);
    }

    /** Four forks far enough apart that those of like arms overlap. */
    private static SomeResult four(String strategy, int depth, double micros) {
        return step(strategy, depth)
                .time("us/op", micros, 1.1 * micros, 1.2 * micros, 1.3 * micros);
    }

    private static Optional<String> recommended(Run run) {
        return recommended(run, "dynamic");
    }

    private static Optional<String> recommended(Run run, String baseline) {
        return new Recommendation(compared(run, baseline), names(run), Set.of("int8")).sentence();
    }

    private static List<String> sentences(Run run) {
        return new VerdictSentences(compared(run), names(run), Map.of("int8", " (lossy)")).all();
    }

    private static TestNames names(Run run) {
        return new TestNames(run.results(), Set.of());
    }

    private static Comparison compared(Run run) {
        return compared(run, "dynamic");
    }

    private static Comparison compared(Run run, String baseline) {
        return Comparison.of(
                List.of(new Side("a", run)),
                Settings.along(Axis.STRATEGY)
                        .withQuantities(List.of(Quantity.TIME, Quantity.KV_PEAK))
                        .withBaseline(baseline));
    }
}
