package kvbench.compare;

import static kvbench.results.SomeResult.STEP;
import static kvbench.results.SomeResult.failed;
import static kvbench.results.SomeResult.on;
import static kvbench.results.SomeResult.run;
import static kvbench.results.SomeResult.step;
import static kvbench.results.SomeResult.with;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kvbench.compare.Gate.Answer;
import kvbench.context.SomeContext;
import kvbench.model.InputException;
import kvbench.results.Outcomes;
import kvbench.results.Run;
import kvbench.results.SomeResult;
import kvbench.results.UnfinishedArm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class GateTest {

    @ParameterizedTest
    @CsvSource({
        "slower, SLOWER, 0, slower",
        "slower:5, SLOWER, 0.05, slower:5",
        "slower:5%, SLOWER, 0.05, slower:5",
        "more-memory:12.5%, MORE_MEMORY, 0.125, more-memory:12.5",
        "more-memory, MORE_MEMORY, 0, more-memory",
    })
    void isReadAsAUserWritesIt(String text, Verdict verdict, double part, String shown) {
        assertEquals(new Gate(verdict, part), Gate.of(text));
        assertEquals(shown, Gate.of(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "faster",
                "slower:",
                "slower:-1",
                "slower:5%%",
                "Slower",
                "slower:12345"
            })
    void anythingElseIsRefused(String text) {
        assertEquals(
                "--fail-on: expected slower or more-memory, with :PERCENT if it may be a little"
                        + " (slower:5), found "
                        + text
                        + ".",
                assertThrows(InputException.class, () -> Gate.of(text)).getMessage());
    }

    @Test
    void failsWhereACandidateIsSlower() {
        assertEquals(Answer.FAILED, Gate.of("slower").answer(times(110)));
        assertEquals(1, Gate.of("slower").failures(times(110)).size());
    }

    @Test
    void passesWhereItIsFasterOrTheSame() {
        assertEquals(Answer.PASSED, Gate.of("slower").answer(times(90)));
        assertEquals(Answer.PASSED, Gate.of("slower").answer(times(100)));
    }

    @Test
    void passesWhereItIsSlowerByNoMoreThanItMay() {
        // 110 of 100 us: 10 %
        assertEquals(Answer.FAILED, Gate.of("slower:9.9").answer(times(110)));
        assertEquals(Answer.PASSED, Gate.of("slower:10.1").answer(times(110)));
    }

    @Test
    void aLowerRateIsSlowerByTheTimeThatItTakesMore() {
        // 80 of 100 ops/fortnight take 1.25 times as long
        Comparison rates = of("ops/fortnight", 100, 80);
        assertEquals(Answer.FAILED, Gate.of("slower").answer(rates));
        assertEquals(Answer.FAILED, Gate.of("slower:24").answer(rates));
        assertEquals(Answer.PASSED, Gate.of("slower:26").answer(rates));
    }

    @Test
    void isUndecidableWhereNothingWasComparedThatCouldHaveFailedIt() {
        Comparison oneFork =
                Compared.runs(
                        step("static", 64).time("us/op", 100),
                        step("static", 64).time("us/op", 900));
        assertEquals(Answer.UNDECIDABLE, Gate.of("slower").answer(oneFork));
        assertEquals(
                Answer.UNDECIDABLE,
                Gate.of("slower").answer(Compared.sides(run("base"), run("cand"))));
        // Times were compared, bytes were not
        assertEquals(Answer.UNDECIDABLE, Gate.of("more-memory").answer(times(110)));
    }

    @Test
    void watchesMemoryOrTimeAndNotTheOther() {
        Comparison more =
                Compared.runs(
                        step("static", 64)
                                .time("us/op", 1, 1, 1, 1, 1, 1)
                                .metric("kv.held", "B", 100),
                        step("static", 64)
                                .time("us/op", 1, 1, 1, 1, 1, 1)
                                .metric("kv.held", "B", 120));
        assertEquals(Answer.FAILED, Gate.of("more-memory").answer(more));
        assertEquals(Answer.FAILED, Gate.of("more-memory:19").answer(more));
        assertEquals(Answer.PASSED, Gate.of("more-memory:21").answer(more));
        assertEquals(Answer.PASSED, Gate.of("slower").answer(more));
    }

    @Test
    void aCandidateThatFailsFailsIt() {
        SomeResult cell = step("static", 64).time("us/op", 100, 100, 100, 100, 100, 100);
        Comparison broken =
                Compared.sides(run("base", cell), with(failed("killed", cell), run("cand")));
        assertEquals(Answer.FAILED, Gate.of("slower").answer(broken));
        assertEquals(Answer.FAILED, Gate.of("slower:1000").answer(broken));
    }

    @Test
    void aBaselineThatFailedDoesNot() {
        SomeResult cell = step("static", 64).time("us/op", 100, 100, 100, 100, 100, 100);
        Comparison mended =
                Compared.sides(with(failed("killed", cell), run("base")), run("cand", cell));
        assertEquals(Answer.UNDECIDABLE, Gate.of("slower").answer(mended));
    }

    @Test
    void anArmThatTheCandidateLacksFailsIt() {
        SomeResult one = step("static", 64).time("us/op", 100, 100, 100, 100, 100, 100);
        SomeResult other = step("static", 128).time("us/op", 100, 100, 100, 100, 100, 100);
        Comparison vanished = Compared.sides(run("base", one, other), run("cand", one));
        assertEquals(Answer.FAILED, Gate.of("slower").answer(vanished));
        assertEquals(1, Gate.of("slower").failures(vanished).size());
        assertEquals("cand", Gate.of("slower").failures(vanished).getFirst().column());
        // One that is new does not.
        assertEquals(
                Answer.PASSED,
                Gate.of("slower")
                        .answer(Compared.sides(run("base", one), run("cand", one, other))));
    }

    @Test
    void onePairThatCouldBeDecidedDoesNotPassForAnotherThatCouldNot() {
        SomeResult one = step("static", 64).time("us/op", 100, 100, 100, 100, 100, 100);
        SomeResult few = step("static", 128).time("us/op", 100, 100);
        Comparison half = Compared.sides(run("base", one, few), run("cand", one, few));
        assertEquals(Answer.UNDECIDABLE, Gate.of("slower").answer(half));
        assertEquals(1, Gate.of("slower").undecided(half).size());
    }

    @Test
    void everyCountedByteFailsIt() {
        // 0.1 %: within the practical threshold
        Comparison byte1 = bytes("kv.held", "B", 1000, 1001);
        assertEquals(Verdict.NO_DIFFERENCE, Compared.only(byte1).verdict());
        assertEquals(Answer.FAILED, Gate.of("more-memory").answer(byte1));
        assertEquals(Answer.PASSED, Gate.of("more-memory:0.1").answer(byte1));
        assertEquals(
                Answer.PASSED, Gate.of("more-memory").answer(bytes("kv.held", "B", 1001, 1000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"B", "bytes", "B/op", "bytes/op"})
    void bytesOfAnyMetricFailIt(String unit) {
        assertEquals(
                Answer.FAILED,
                Gate.of("more-memory").answer(bytes("gc.alloc.rate.norm", unit, 100, 900)));
        assertEquals(
                Answer.UNDECIDABLE,
                Gate.of("slower").answer(bytes("gc.alloc.rate.norm", unit, 100, 900)));
    }

    @Test
    void whatIsNoBytesAndNoTimeIsWatchedByNone() {
        assertEquals(
                Answer.UNDECIDABLE,
                Gate.of("more-memory").answer(bytes("power.watts", "W", 100, 900)));
    }

    @Test
    void exactlyWhatIsAllowedPasses() {
        // In doubles 110 / 100 - 1 is more than 0.1
        assertEquals(Answer.PASSED, Gate.of("slower:10").answer(times(110)));
        assertEquals(
                Answer.PASSED, Gate.of("more-memory:10").answer(bytes("kv.held", "B", 1000, 1100)));
        assertEquals(
                Answer.FAILED,
                Gate.of("more-memory:10").answer(bytes("kv.held", "B", 1_000_000, 1_100_001)));
    }

    @Test
    void fewerTokensDoNotPassForLessMemory() {
        Comparison half =
                Compared.runs(
                        step("static", 64)
                                .metric("generate.tokens", "#", 8)
                                .metric("kv.held", "B", 800),
                        step("static", 64)
                                .metric("generate.tokens", "#", 4)
                                .metric("kv.held", "B", 400));
        assertEquals(Answer.UNDECIDABLE, Gate.of("more-memory").answer(half));
    }

    @Test
    void figuresBelowNothingFailItWhereTheyGrow() {
        Comparison grown = bytes("rss.growth", "B", -1000, 50_000);
        assertEquals(Answer.FAILED, Gate.of("more-memory").answer(grown));
        // By how many per cent nobody can say
        assertEquals(Answer.UNDECIDABLE, Gate.of("more-memory:5").answer(grown));
        Comparison shrunk = bytes("rss.growth", "B", 50_000, -1000);
        assertEquals(Answer.PASSED, Gate.of("more-memory").answer(shrunk));
        assertEquals(Answer.PASSED, Gate.of("more-memory:5").answer(shrunk));
    }

    @Test
    void aTimeOfNothingDoesNotPassIt() {
        assertEquals(Answer.UNDECIDABLE, Gate.of("slower").answer(times(0)));
    }

    @Test
    void forksThatTheCandidateAloneLacksLeaveItUndecided() {
        SomeResult cell = step("static", 64).time("us/op", 100, 100, 100, 100, 100, 100);
        Run whole = run("base", cell);
        Run crashed = with(failed("killed", cell), run("cand", cell));
        var toCome =
                new Outcomes(
                        List.of(),
                        List.of(new UnfinishedArm(STEP, cell.build().params(), 7, 13)),
                        List.of());
        assertEquals(Answer.UNDECIDABLE, Gate.of("slower").answer(Compared.sides(whole, crashed)));
        assertEquals(
                Answer.UNDECIDABLE,
                Gate.of("slower").answer(Compared.sides(whole, with(toCome, run("cand", cell)))));
        assertEquals(
                "unfinished: 7 of 13 forks are still to be run",
                Compared.only(Compared.sides(crashed, with(toCome, run("cand", cell)))).doubt());
        // The baseline lost as many
        assertEquals(Answer.PASSED, Gate.of("slower").answer(Compared.sides(crashed, crashed)));
        assertEquals(Answer.PASSED, Gate.of("slower").answer(Compared.sides(crashed, whole)));
    }

    @Test
    void aContextOnOneSideOnlyLeavesItUndecided() {
        SomeResult cell = step("static", 64).time("us/op", 100, 100, 100, 100, 100, 100);
        Run bare = run("bare", cell);
        Run known = on(SomeContext.quiet(), bare);
        for (Comparison half : List.of(Compared.sides(bare, known), Compared.sides(known, bare))) {
            assertEquals(Answer.UNDECIDABLE, Gate.of("slower").answer(half));
            assertEquals("only one side has a context.json", Compared.only(half).doubt());
        }
        assertEquals(Answer.PASSED, Gate.of("slower").answer(Compared.sides(known, known)));
        assertEquals(Answer.PASSED, Gate.of("slower").answer(Compared.sides(bare, bare)));
    }

    /** Of the metric alone. */
    @Test
    void whatIsWithinNoiseIsCountedAmongTheWatched() {
        Comparison noisy =
                Compared.runs(
                        step("static", 64)
                                .time("us/op", 100, 110, 120, 130, 140, 150)
                                .metric("kv.held", "B", 1),
                        step("static", 64)
                                .time("us/op", 105, 115, 125, 135, 145, 155)
                                .metric("kv.held", "B", 1));
        assertEquals(Answer.PASSED, Gate.of("slower").answer(noisy));
        assertEquals(1, Gate.of("slower").withinNoise(noisy));
        assertEquals(0, Gate.of("more-memory").withinNoise(noisy));
        assertEquals(0, Gate.of("slower").withinNoise(times(110)));
    }

    private static Comparison bytes(String metric, String unit, double base, double candidate) {
        return Compared.sides(
                Quantity.named(metric),
                run("base", step("static", 64).metric(metric, unit, sixTimes(base))),
                run("cand", step("static", 64).metric(metric, unit, sixTimes(candidate))));
    }

    private static double[] sixTimes(double value) {
        return new double[] {value, value, value, value, value, value};
    }

    private static Comparison times(double micros) {
        return of("us/op", 100, micros);
    }

    private static Comparison of(String unit, double base, double candidate) {
        return Compared.runs(
                step("static", 64).time(unit, base, base, base, base, base, base),
                step("static", 64)
                        .time(
                                unit, candidate, candidate, candidate, candidate, candidate,
                                candidate));
    }
}
