package kvbench.compare;

import static kvbench.results.SomeResult.STEP;
import static kvbench.results.SomeResult.converse;
import static kvbench.results.SomeResult.failed;
import static kvbench.results.SomeResult.on;
import static kvbench.results.SomeResult.run;
import static kvbench.results.SomeResult.step;
import static kvbench.results.SomeResult.with;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.context.Difference;
import kvbench.context.RunContext;
import kvbench.context.SomeContext;
import kvbench.results.Outcomes;
import kvbench.results.Run;
import kvbench.results.SomeResult;
import kvbench.results.UnfinishedArm;
import kvbench.results.VetoedArm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ComparisonTest {
    private static final double NONE = Double.NaN;

    /** The p of six forks that lie wholly apart from six others: 2 of 924 orders. */
    private static final double APART = 2 / 924.0;

    /** Six forks without variance, so that each ratio of a pair is that of the candidate's fork. */
    private static final double[] HUNDRED = {100, 100, 100, 100, 100, 100};

    // ---- Differences ----

    // Of the 36 ratios of pairs each of the candidate's six stands six times; the interval leaves
    // out 5 at each end (19 of 924 orders: 95.9 %), so it runs from the 6th to the 31st: from the
    // candidate's least to its most. The estimate is the ratio of the medians.

    @Test
    void lessTimeIsFaster() {
        assertEntry(
                Verdict.FASTER,
                0.825,
                0.80,
                0.85,
                APART,
                "",
                Compared.runs(
                        step("static", 64).time("us/op", HUNDRED),
                        step("static", 64).time("us/op", 80, 81, 82, 83, 84, 85)));
    }

    @Test
    void moreTimeIsSlower() {
        assertEntry(
                Verdict.SLOWER,
                1.125,
                1.10,
                1.15,
                APART,
                "",
                Compared.runs(
                        step("static", 64).time("us/op", HUNDRED),
                        step("static", 64).time("us/op", 115, 110, 111, 114, 113, 112)));
    }

    @Test
    void moreOperationsPerSecondAreFaster() {
        // 100 ops/s are 10 ms, 125 ops/s 8 ms: 0.8 times the time
        assertEntry(
                Verdict.FASTER,
                0.8,
                0.8,
                0.8,
                APART,
                "",
                Compared.runs(
                        step("static", 64).time("ops/s", HUNDRED),
                        step("static", 64).time("ops/s", 125, 125, 125, 125, 125, 125)));
    }

    @Test
    void fewerOperationsInAUnitOfUnknownLengthAreSlower() {
        // As a rate, not as a time: the ratio is below 1
        assertEntry(
                Verdict.SLOWER,
                0.8,
                0.8,
                0.8,
                APART,
                "",
                Compared.runs(
                        step("static", 64).time("ops/fortnight", HUNDRED),
                        step("static", 64).time("ops/fortnight", 80, 80, 80, 80, 80, 80)));
    }

    @Test
    void unitsOfTimeAreConverted() {
        // 0.1 ms = 100 us
        assertEntry(
                Verdict.SLOWER,
                1.125,
                1.10,
                1.15,
                APART,
                "",
                Compared.runs(
                        step("static", 64).time("ms/op", .1, .1, .1, .1, .1, .1),
                        step("static", 64).time("us/op", 110, 111, 112, 113, 114, 115)));
    }

    @Test
    void theForkCountsByTheMedianOfItsIterations() {
        // Medians 100 each, in spite of the outliers; in base units 100 us
        var outliers = new ArrayList<List<Double>>();
        for (double fork : HUNDRED) {
            outliers.add(List.of(fork, fork, 1e6));
        }
        Comparison comparison =
                Compared.runs(
                        step("static", 64).time("us/op", HUNDRED),
                        step("static", 64).time("us/op", outliers));
        assertEntry(Verdict.NO_DIFFERENCE, 1, 1, 1, 1, "", comparison);
        assertEquals(100e-6, Compared.only(comparison).estimate().median(), 1e-12);
        assertEquals("s", comparison.rows().getFirst().unit());
    }

    @Test
    void fewerBytesAreLessMemoryAndNeedNoTest() {
        assertEntry(
                Verdict.LESS_MEMORY,
                0.75,
                0.75,
                0.75,
                NONE,
                "",
                bytes(new double[] {4096}, new double[] {3072}));
    }

    @Test
    void moreBytesAreMoreMemoryAndTheMostCounts() {
        // 4096 against at most 8192
        assertEntry(
                Verdict.MORE_MEMORY,
                2,
                2,
                2,
                NONE,
                "a count that varies: 4096 to 8192, the most is shown",
                bytes(new double[] {4096}, new double[] {4096, 8192}));
    }

    @Test
    void bytesAfterNoneAreMoreMemoryWithoutABound() {
        assertEntry(
                Verdict.MORE_MEMORY,
                Double.POSITIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                NONE,
                "",
                bytes(new double[] {0}, new double[] {64}));
        assertEntry(Verdict.NO_DIFFERENCE, 1, 1, 1, NONE, "", bytes(new double[1], new double[1]));
    }

    @Test
    void bytesWithinTwoPercentAreTheSame() {
        // 10,200 of 10,000 is the threshold itself, 10,201 is beyond
        assertEntry(
                Verdict.NO_DIFFERENCE,
                1.02,
                1.02,
                1.02,
                NONE,
                "",
                bytes(new double[] {10_000}, new double[] {10_200}));
        assertEntry(
                Verdict.MORE_MEMORY,
                1.0201,
                1.0201,
                1.0201,
                NONE,
                "",
                bytes(new double[] {10_000}, new double[] {10_201}));
    }

    @Test
    void aFigureOfWhichNoWayIsBetterIsLowerOrHigher() {
        List<Quantity> quantity = Quantity.named("power.watts");
        assertEntry(
                Verdict.HIGHER,
                1.5,
                1.5,
                1.5,
                APART,
                "",
                Compared.sides(quantity, watts("base", 10), watts("cand", 15)));
        assertEntry(
                Verdict.LOWER,
                0.5,
                0.5,
                0.5,
                APART,
                "",
                Compared.sides(quantity, watts("base", 10), watts("cand", 5)));
    }

    @Test
    void aMetricIsTheFigureThatIsMadeOfIt() {
        for (Quantity quantity : Quantity.NAMED) {
            assertEquals(List.of(quantity), Quantity.named(quantity.name()));
            assertEquals(List.of(quantity), Quantity.named(quantity.metric()));
        }
        assertEquals(List.of(Quantity.KV_HELD), Quantity.named("ledger.kv.held"));
        assertEquals(Verdict.SLOWER, Quantity.named("generate.tpot").getFirst().difference(2, "s"));
    }

    @Test
    void bytesPerOperationAreBytes() {
        List<Quantity> quantity = Quantity.named("gc.alloc.rate.norm");
        assertEntry(
                Verdict.MORE_MEMORY,
                9,
                9,
                9,
                APART,
                "",
                Compared.sides(quantity, allocating("base", 100), allocating("cand", 900)));
    }

    @Test
    void bytesAreKnownByTheirUnit() {
        Quantity peak = Quantity.named("vram.peak").getFirst();
        assertEquals(Verdict.MORE_MEMORY, peak.difference(2, "B"));
        assertEquals(Verdict.HIGHER, peak.difference(2, "W"));
        assertEquals(
                Verdict.LOWER, Quantity.named("kv.moves").getFirst().difference(0.5, "counts"));
    }

    @Test
    void measuredBytesAreTested() {
        List<Quantity> rss = Quantity.named("rss.peak");
        assertEntry(
                Verdict.MORE_MEMORY,
                1.125,
                1.10,
                1.15,
                APART,
                "",
                Compared.sides(
                        rss,
                        run("base", step("static", 64).metric("rss.peak", "B", HUNDRED)),
                        run(
                                "cand",
                                step("static", 64)
                                        .metric("rss.peak", "B", 110, 111, 112, 113, 114, 115))));
    }

    // ---- No difference, undecided ----

    @Test
    void anIntervalWithinTheThresholdIsNoDifference() {
        // p: of the 12 scores 7 tie at 100. Ranks: seven of 4, then 8 to 12. The candidate has one
        // 4 and 8 to 12: 54, 15 above its mean of 39. As far are the choices with all five of 8 to
        // 12 (one of seven ties: 7 ways), and those with none of them (six of seven: 7): 14 of 924.
        assertEntry(
                Verdict.NO_DIFFERENCE,
                1.005,
                1.00,
                1.01,
                14 / 924.0,
                "",
                Compared.runs(
                        step("static", 64).time("us/op", HUNDRED),
                        step("static", 64).time("us/op", 100, 100.2, 100.4, 100.6, 100.8, 101)));
    }

    @Test
    void aDifferenceThatIsShownButMayNotMatterIsUndecided() {
        // 1.5 %, shown, but the interval reaches 4 %
        assertEntry(
                Verdict.WITHIN_NOISE,
                1.015,
                1.01,
                1.04,
                APART,
                "",
                Compared.runs(
                        step("static", 64).time("us/op", HUNDRED),
                        step("static", 64).time("us/op", 101, 101, 101, 102, 104, 104)));
    }

    @Test
    void aDifferenceThatTheTestDoesNotShowIsWithinNoise() {
        Entry entry =
                Compared.only(
                        Compared.runs(
                                step("static", 64).time("us/op", 90, 95, 100, 105, 110, 115),
                                step("static", 64).time("us/op", 91, 96, 101, 106, 111, 116)));
        assertEquals(Verdict.WITHIN_NOISE, entry.verdict());
        assertEquals(103.5 / 102.5, entry.ratio(), 1e-12);
        assertTrue(entry.p() > 0.6, "p of interleaved forks: " + entry.p());
    }

    @Test
    void belowFourForksNothingIsTested() {
        // Ratios of pairs: 18; 3 against 6: of 84 orders U at most 2 are 1 + 1 + 2 = 4, two-sided
        // 9.5 %; U at most 1 are 2, 4.8 %, nearest to 5 %: the interval leaves out one at each end.
        assertEntry(
                Verdict.TOO_FEW_SAMPLES,
                1.5,
                1.5,
                1.5,
                NONE,
                "6 and 3 forks; at least 4 a side",
                Compared.runs(
                        step("static", 64).time("us/op", HUNDRED),
                        step("static", 64).time("us/op", 150, 150, 150)));
    }

    @Test
    void oneForkHasARatioAndNoInterval() {
        assertEntry(
                Verdict.TOO_FEW_SAMPLES,
                1.5,
                NONE,
                NONE,
                NONE,
                "1 and 1 forks; at least 4 a side",
                Compared.runs(
                        step("static", 64).time("us/op", 100),
                        step("static", 64).time("us/op", 150)));
    }

    @Test
    void forksThatCouldNotDecideAmongSoManyAreTooFew() {
        // 4 forks apart: p = 2/70, among 20 comparisons 20 * 2/70 = 0.57. With 6: 20 * 2/924 =
        // 0.043
        Comparison comparison =
                Compared.sides(
                        run("base", cells(20, 100, 100, 100, 100)),
                        run("cand", cells(20, 120, 120, 120, 120)));
        List<Entry> entries = comparison.candidates().toList();
        assertEquals(20, entries.size());
        for (Entry entry : entries) {
            assertEntry(
                    Verdict.TOO_FEW_SAMPLES,
                    1.2,
                    1.2,
                    1.2,
                    40 / 70.0,
                    "4 and 4 forks cannot show a difference among 20 comparisons, 6 a side can (-f"
                            + " 6), or fewer comparisons (--filter)",
                    entry);
        }
    }

    @Test
    void equalForksAreTheSameHoweverFewOfFour() {
        Comparison comparison =
                Compared.sides(
                        run("base", cells(20, 100, 100, 100, 100)),
                        run("cand", cells(20, 100, 100, 100, 100)));
        comparison
                .candidates()
                .forEach(entry -> assertEntry(Verdict.NO_DIFFERENCE, 1, 1, 1, 1, "", entry));
    }

    @Test
    void holmsCorrectionCountsEveryTestOfTheComparison() {
        // 24 cells whose forks lie apart: 24 * 2/924 = 0.0519, none is shown; 23 alone are: 0.0498
        assertEquals(
                List.of(Verdict.TOO_FEW_SAMPLES),
                verdicts(slowed(24, 24)).stream().distinct().toList());
        assertEquals(
                List.of(Verdict.SLOWER), verdicts(slowed(23, 23)).stream().distinct().toList());
        // Of 24 one that is apart and 23 equal ones: the smallest p counts 24 times
        assertEquals(24 * APART, slowed(1, 24).candidates().toList().getFirst().p(), 1e-12);
    }

    @Test
    void countedBytesAndPairsThatAreNotComparedAreNoTests() {
        Comparison comparison =
                Compared.runs(
                        step("static", 64)
                                .time("us/op", HUNDRED)
                                .metric("kv.held", "B", 64)
                                .metric("kv.peak", "B", 64),
                        step("static", 64)
                                .time("us/op", 80, 81, 82, 83, 84, 85)
                                .metric("kv.held", "B", 64)
                                .metric("kv.peak", "furlongs", 64));
        assertEquals(
                List.of(Verdict.FASTER, Verdict.NO_DIFFERENCE, Verdict.NOT_COMPARABLE),
                verdicts(comparison));
        assertEquals(APART, comparison.candidates().toList().getFirst().p(), 1e-12);
    }

    // ---- Not comparable ----

    @Test
    void runsOnDifferentMachinesAreNotComparable() {
        assertEntry(
                Verdict.NOT_COMPARABLE,
                NONE,
                NONE,
                NONE,
                NONE,
                "the runs differ in cpu.model",
                Compared.sides(base(SomeContext.quiet()), otherCpu()));
    }

    @Test
    void aDifferenceThatIsToBeIgnoredDoesNotBlock() {
        List<Side> sides =
                List.of(new Side("base", base(SomeContext.quiet())), new Side("cand", otherCpu()));
        Comparison comparison = Comparison.of(sides, Compared.ignoring("cpu"));
        assertEntry(Verdict.SLOWER, 1.125, 1.10, 1.15, APART, "", comparison);
        assertEquals(
                List.of("cpu.model: Some CPU against Other CPU"),
                comparison.contexts().get("cand").stream().map(Object::toString).toList());
        assertEntry(
                Verdict.NOT_COMPARABLE,
                NONE,
                NONE,
                NONE,
                NONE,
                "the runs differ in cpu.model",
                Comparison.of(sides, Compared.ignoring("memory")));
    }

    @Test
    void filesOfOtherJavasAreNotComparable() {
        SomeResult old = step("static", 64).time("us/op", HUNDRED).jvm("17");
        SomeResult now = step("static", 64).time("us/op", HUNDRED).jvm("25");
        Comparison comparison = Compared.runs(old, now);
        assertNotComparable("the runs differ in jvm.version", comparison);
        assertEquals(
                List.of("jvm.version: 17 (17+1) against 25 (25+1)"),
                comparison.contexts().get("cand").stream().map(Object::toString).toList());
        assertEquals(
                Verdict.NO_DIFFERENCE,
                Compared.only(
                                Comparison.of(
                                        List.of(
                                                new Side("base", run("base", old)),
                                                new Side("cand", run("cand", now))),
                                        Compared.ignoring("jvm")))
                        .verdict());
    }

    @Test
    void resultsOfOneFileThatRanOnOtherJavasAreNotComparable() {
        assertNotComparable(
                "the runs differ in jvm.version",
                Compared.along(
                        Axis.STRATEGY,
                        run(
                                "a",
                                step("none", 64).time("us/op", HUNDRED).jvm("17"),
                                step("static", 64).time("us/op", HUNDRED).jvm("25"))));
    }

    @Test
    void otherOptionsOfTheForksAreNotComparableWhereTheyHaveAnEffect() {
        SomeResult plain = step("static", 64).time("us/op", HUNDRED).jvm("25", "-Xmx1g");
        assertNotComparable(
                "the runs differ in jvm.arguments",
                Compared.runs(plain, step("static", 64).time("us/op", HUNDRED).jvm("25", "-Xint")));
        assertEquals(
                Verdict.NO_DIFFERENCE,
                Compared.only(
                                Compared.runs(
                                        plain,
                                        step("static", 64)
                                                .time("us/op", HUNDRED)
                                                .jvm("25", "-Xmx1g", "-Djava.io.tmpdir=/t")))
                        .verdict());
    }

    @Test
    void aFileThatDoesNotTellItsJavaIsComparedWithOneThatDoes() {
        assertEquals(
                Verdict.NO_DIFFERENCE,
                Compared.only(
                                Compared.runs(
                                        step("static", 64).time("us/op", HUNDRED),
                                        step("static", 64).time("us/op", HUNDRED).jvm("25")))
                        .verdict());
    }

    @Test
    void forksOfOtherJavasAreNotComparableWhateverTheContextsTell() {
        assertNotComparable(
                "the runs differ in jvm.version",
                Compared.sides(
                        on(
                                SomeContext.quiet(),
                                run("base", step("static", 64).time("us/op", HUNDRED).jvm("17"))),
                        on(
                                SomeContext.quiet(),
                                run("cand", step("static", 64).time("us/op", HUNDRED).jvm("25")))));
    }

    @Test
    void whatElseCanMakeRunsDifferIsSaid() {
        Run first = on(at("2026-01-02T03:04:05Z", "c0", 1.53), run("base", step("static", 64)));
        Run second = on(at("2026-01-02T03:05:05Z", "c0", 4.25), run("cand", step("static", 64)));
        String turns =
                "%s was measured after %s, not in turns with it: what else changed on the machine"
                        + " in between looks like a difference of the two.";
        String same =
                "base and cand ran the same code: what differs between them is noise, or what they"
                        + " ran on.";
        assertEquals(
                List.of(same, turns.formatted("cand", "base")),
                Compared.sides(first, second).notes());
        assertEquals(
                List.of(same, turns.formatted("base", "cand")),
                Compared.sides(second, first).notes());
        // Another code, as busy, begun in the same second
        assertEquals(
                List.of(),
                Compared.sides(
                                first,
                                on(
                                        at("2026-01-02T03:04:05Z", "c1", 1.5),
                                        run("cand", step("static", 64))))
                        .notes());
    }

    @Test
    void runsThatWereJoinedFromTurnsWereMeasuredInTurns(@TempDir Path folder) throws IOException {
        Run base = joined(folder.resolve("base"), "20260102T030000Z-a-1", "20260102T030200Z-a-2");
        Run inTurns = joined(folder.resolve("t"), "20260102T030100Z-b-1", "20260102T030300Z-b-2");
        Run after = joined(folder.resolve("a"), "20260102T030300Z-b-1", "20260102T030400Z-b-2");
        Run unknown = joined(folder.resolve("u"), "one", "20260102T030400Z-b-2");
        assertEquals(List.of("2026-01-02T03:00:00Z", "2026-01-02T03:02:00Z"), base.begun());
        assertEquals(List.of(), unknown.begun());
        assertEquals(List.of(), Compared.sides(base, inTurns).notes());
        assertEquals(List.of(), Compared.sides(base, unknown).notes());
        assertEquals(1, Compared.sides(base, after).notes().size());
        assertEquals(1, Compared.sides(after, base).notes().size());
    }

    private static Run joined(Path folder, String... parts) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("schedule.json"),
                "{\"mergedFrom\":[\"%s\"]}".formatted(String.join("\",\"", parts)));
        RunContext context = at("2026-01-02T03:04:05Z", "code of " + folder.getFileName(), 0);
        return new Run(
                folder.resolve(Run.RESULTS_FILE),
                List.of(step("static", 64).build()),
                Optional.of(context),
                Outcomes.none());
    }

    private static RunContext at(String utc, String code, double load) {
        return SomeContext.with(
                SomeContext.with(
                        SomeContext.with("/utc", "\"%s\"".formatted(utc)),
                        "/source/codeSha256",
                        "\"%s\"".formatted(code)),
                "/host/loadAverage",
                "" + load);
    }

    @Test
    void commitsMayDiffer() {
        assertEntry(
                Verdict.SLOWER,
                1.125,
                1.10,
                1.15,
                APART,
                "",
                Compared.sides(
                        base(SomeContext.quiet()),
                        cand(
                                SomeContext.with(
                                        SomeContext.ofCommit("def"),
                                        "/source/codeSha256",
                                        "\"c1\""))));
    }

    @Test
    void aRunWithoutAContextIsComparedAndSaid() {
        Comparison comparison =
                Compared.sides(
                        base(SomeContext.quiet()),
                        run("x", step("static", 64).time("us/op", 110, 111, 112, 113, 114, 115)));
        assertEntry(Verdict.SLOWER, 1.125, 1.10, 1.15, APART, "", comparison);
        assertEquals(
                List.of(
                        "cand has no context.json: that it was measured on the same machine,"
                                + " runtime and model cannot be checked."),
                comparison.notes());
    }

    @Test
    void otherUnitsAreNotComparable() {
        assertNotComparable(
                "units differ: s and furlongs",
                Compared.runs(
                        step("static", 64).time("us/op", HUNDRED),
                        step("static", 64).time("furlongs", HUNDRED)));
    }

    @Test
    void aCellMeasuredTwiceInOneRunIsNotComparable() {
        SomeResult cell = step("static", 64).time("us/op", HUNDRED);
        assertNotComparable(
                "measured 2 times in cand",
                Compared.sides(run("base", cell), run("cand", cell, cell)));
        assertNotComparable(
                "measured 3 times in base",
                Compared.sides(run("base", cell, cell, cell), run("cand", cell)));
    }

    @Test
    void unequalWorkIsNotComparable() {
        Comparison comparison =
                Compared.runs(
                        converse("static", 4)
                                .time("s/op", HUNDRED)
                                .metric("generate.tokens", "#", HUNDRED)
                                .metric("kv.peak", "B", 64),
                        converse("static", 4)
                                .time("s/op", HUNDRED)
                                .metric("generate.tokens", "#", 90, 90, 90, 90, 90, 90)
                                .metric("kv.peak", "B", 64));
        Entry time = comparison.rows().getFirst().candidates().getFirst();
        assertEquals(Verdict.NOT_COMPARABLE, time.verdict());
        assertEquals("unequal work: 100.0 and 90.0 tokens per iteration", time.reason());
        assertEquals(100.0, time.estimate().median());
        Entry bytes = comparison.rows().getLast().candidates().getFirst();
        assertEquals(Verdict.NOT_COMPARABLE, bytes.verdict());
        assertEquals(time.reason(), bytes.reason());
    }

    @Test
    void unequalWorkIsComparedWhereItIsTheAxisAndNoTime() {
        Comparison comparison =
                Compared.along(
                        Axis.named("turns"),
                        run(
                                "a",
                                converse("static", 4)
                                        .metric("generate.tokens", "#", 4)
                                        .metric("kv.peak", "B", 64),
                                converse("static", 8)
                                        .metric("generate.tokens", "#", 8)
                                        .metric("kv.peak", "B", 128)));
        assertEquals(List.of(Verdict.NOT_COMPARABLE, Verdict.MORE_MEMORY), verdicts(comparison));
    }

    @Test
    void aMissingMetricIsNotComparable() {
        SomeResult with = step("static", 64).metric("generate.ttft", "ms", HUNDRED);
        SomeResult without = step("static", 64);
        assertNotComparable(
                "this result has no ttft",
                Compared.sides(List.of(Quantity.TTFT), run("base", with), run("cand", without)));
        assertNotComparable(
                "the baseline has no ttft",
                Compared.sides(List.of(Quantity.TTFT), run("base", without), run("cand", with)));
    }

    @Test
    void whatIsNoNumberIsNotComparable() {
        assertNotComparable(
                "no figure on one side",
                Compared.runs(
                        step("static", 64).time("us/op", HUNDRED),
                        step("static", 64).time("us/op", NONE, NONE, NONE, NONE)));
        assertNotComparable("no figure on one side", bytes(new double[] {NONE}, new double[] {64}));
    }

    @Test
    void iterationsWithoutANumberAreLeftOutAndSaid() {
        assertEntry(
                Verdict.SLOWER,
                1.125,
                1.10,
                1.15,
                APART,
                "no number in 1 of 12 iterations, left out",
                Compared.runs(
                        step("static", 64).time("us/op", HUNDRED),
                        step("static", 64)
                                .time(
                                        "us/op",
                                        List.of(
                                                List.of(110.0, NONE),
                                                List.of(111.0, 111.0),
                                                List.of(112.0, 112.0),
                                                List.of(113.0, 113.0),
                                                List.of(114.0, 114.0),
                                                List.of(115.0, 115.0)))));
    }

    // ---- On one side only ----

    @Test
    void aCellOfOneSideOnlyIsNamedSo() {
        Comparison comparison =
                Compared.sides(
                        run("base", step("static", 64).time("us/op", HUNDRED)),
                        run("cand", step("static", 128).time("us/op", HUNDRED)));
        assertEquals(
                List.of(Verdict.ONLY_IN_BASELINE, Verdict.ONLY_IN_CANDIDATE), verdicts(comparison));
        List<Entry> entries = comparison.candidates().toList();
        assertTrue(Double.isNaN(entries.getFirst().estimate().median()));
        assertEquals(100e-6, entries.getLast().estimate().median(), 1e-12);
    }

    @Test
    void aCellOfTheThirdRunAloneIsMeasuredOnNeitherSideOfTheSecond() {
        Comparison comparison =
                Compared.along(
                        new Axis.Runs(),
                        run("a", step("static", 64).time("us/op", HUNDRED)),
                        run("b"),
                        run("c", step("static", 128).time("us/op", HUNDRED)));
        Row last = comparison.rows().getLast();
        assertEquals(
                List.of(Verdict.NOT_COMPARABLE, Verdict.ONLY_IN_CANDIDATE),
                last.candidates().stream().map(Entry::verdict).toList());
        assertEquals("measured on neither side", last.candidates().getFirst().reason());
    }

    @Test
    void anArmThatFailedHasTheReasonWhateverItsMode() {
        SomeResult cell = step("static", 64).time("us/op", HUNDRED);
        // JMH's mode of an arm without a result is not known; this one's is avgt.
        Comparison comparison =
                Compared.sides(run("base", cell), with(failed("out of memory", cell), run("cand")));
        Entry entry = Compared.only(comparison);
        assertEquals(Verdict.FAILED, entry.verdict());
        assertEquals("out of memory", entry.reason());
        assertTrue(Double.isNaN(entry.estimate().median()));
    }

    @Test
    void aBaselineThatFailedIsNamed() {
        SomeResult cell = converse("static", 4).time("s/op", HUNDRED);
        Comparison comparison =
                Compared.sides(with(failed("out of memory", cell), run("base")), run("cand", cell));
        Entry entry = Compared.only(comparison);
        assertEquals(Verdict.FAILED, entry.verdict());
        assertEquals("baseline: out of memory", entry.reason());
        assertEquals(100, entry.estimate().median());
        assertEquals(Verdict.FAILED, comparison.rows().getFirst().baseline().verdict());
    }

    @Test
    void aForkThatFailedBesideOthersIsNoFailureOfTheArmAndIsSaid() {
        SomeResult cell = step("static", 64).time("us/op", HUNDRED);
        assertEntry(
                Verdict.NO_DIFFERENCE,
                1,
                1,
                1,
                1,
                "1 of 7 forks failed: killed",
                Compared.sides(run("base", cell), with(failed("killed", cell), run("cand", cell))));
    }

    @Test
    void forksThatAreToComeBesideOthersAreSaid() {
        SomeResult cell = step("static", 64).time("us/op", HUNDRED);
        assertEntry(
                Verdict.NO_DIFFERENCE,
                1,
                1,
                1,
                1,
                "unfinished: 7 of 13 forks are still to be run",
                Compared.sides(run("base", cell), with(unfinished(7, 13), run("cand", cell))));
    }

    @Test
    void anArmOfWhichForksAreToComeHasNotFailed() {
        SomeResult cell = step("static", 64).time("us/op", HUNDRED);
        Outcomes killed = failed("killed", cell);
        var toCome = new Outcomes(killed.failed(), unfinished(1, 2).unfinished(), List.of());
        Entry entry = Compared.only(Compared.sides(run("base", cell), with(toCome, run("cand"))));
        assertEquals(Verdict.ONLY_IN_BASELINE, entry.verdict());
        assertEquals("unfinished: 1 of 2 forks are still to be run", entry.reason());
    }

    @Test
    void anArmThatWasLeftOutHasTheReasonOnItsSide() {
        SomeResult cell = step("static", 64).time("us/op", HUNDRED);
        var vetoed =
                new Outcomes(
                        List.of(),
                        List.of(),
                        List.of(
                                new VetoedArm(
                                        STEP,
                                        Map.of("strategy", "static", "depth", "64"),
                                        "too long")));
        Entry lacking = Compared.only(Compared.sides(run("base", cell), with(vetoed, run("cand"))));
        assertEquals(Verdict.ONLY_IN_BASELINE, lacking.verdict());
        assertEquals("left out: too long", lacking.reason());
        Entry gained = Compared.only(Compared.sides(with(vetoed, run("base")), run("cand", cell)));
        assertEquals(Verdict.ONLY_IN_CANDIDATE, gained.verdict());
        assertEquals("baseline: left out: too long", gained.reason());
    }

    @Test
    void anArmThatFailedOnEverySideHasARow() {
        SomeResult cell = step("static", 64);
        Entry entry =
                Compared.only(
                        Compared.sides(
                                with(failed("out of memory", cell), run("base")),
                                with(failed("killed", cell), run("cand"))));
        assertEquals(Verdict.FAILED, entry.verdict());
        assertEquals("killed", entry.reason());
    }

    @Test
    void anArmThatFailedInTheBaselineIsNotInItAlone() {
        SomeResult cell = step("static", 64).time("us/op", HUNDRED);
        Comparison comparison =
                Compared.along(
                        new Axis.Runs(),
                        with(failed("killed", cell), run("a")),
                        run("b"),
                        run("c", cell));
        Entry second = comparison.candidates().toList().getFirst();
        assertEquals(Verdict.NOT_COMPARABLE, second.verdict());
        assertEquals("not measured here; baseline: killed", second.reason());
    }

    @Test
    void mediansThatMeetAreTheSameOnlyWhereAllForksDo() {
        // Symmetric about 100, so that the ratio is 1 and p is 1; the interval is far wider than 2
        // %
        assertEntry(
                Verdict.WITHIN_NOISE,
                1,
                0.8,
                1.25,
                1,
                "",
                Compared.runs(
                        step("static", 64).time("us/op", 80, 80, 80, 100, 100, 100),
                        step("static", 64).time("us/op", 80, 80, 80, 100, 100, 100)));
    }

    @Test
    void theTimeOfAnswersIsNotHeldAgainstThatOfTheWholeOperation() {
        assertNotComparable(
                "generate.time on one side, the time of the whole operation on the other",
                Compared.runs(
                        step("static", 64).metric("generate.time", "s", HUNDRED),
                        step("static", 64).time("s/op", HUNDRED)));
    }

    @Test
    void otherLengthsOfAnArmAndOtherModelsDoNotBlockTheOtherRows() {
        String arms =
                """
                [{"benchmark":"%1$s","params":{"strategy":"static","depth":"64"},"forks":6,"warmups":1,
                "measurements":%2$d,"timedSeconds":0},{"benchmark":"%1$s","params":{"strategy":"static",
                "depth":"128"},"forks":6,"warmups":1,"measurements":1,"timedSeconds":0}]
                """;
        SomeResult[] cells = {
            step("static", 64).time("us/op", HUNDRED).metric("kv.held", "B", 1),
            step("static", 128).time("us/op", HUNDRED)
        };
        Comparison comparison =
                Compared.sides(
                        on(
                                SomeContext.with("/plan/arms", arms.formatted(STEP, 1)),
                                run("base", cells)),
                        on(
                                SomeContext.with("/plan/arms", arms.formatted(STEP, 2)),
                                run("cand", cells)));
        assertEquals(
                List.of(Verdict.NOT_COMPARABLE, Verdict.NO_DIFFERENCE, Verdict.NO_DIFFERENCE),
                verdicts(comparison));
    }

    @Test
    void anotherModelBlocksItsOwnRowsAlone() {
        var difference = new Difference("models.a.b.files", "1", "2", Difference.Weight.BLOCKING);
        RunContext context = SomeContext.with("/cpu/model", "\"Other CPU\"");
        var obstacles = new Obstacles(List.of(difference), context.plan().arms());
        SomeResult cell = step("static", 64);
        // Which model a result without the parameter is of is not known.
        assertEquals(List.of(difference), obstacles.of(cell.build()).toList());
        assertEquals(
                List.of(difference), obstacles.of(cell.param("model", "a.b").build()).toList());
        assertEquals(List.of(), obstacles.of(cell.param("model", "a").build()).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cpu",
                "cpu.model",
                "jvm",
                "runtime.computing.provider",
                "runtime.computing.sessionOptions.intra_op_num_threads",
                "models.a.b.files",
                "gpus.devices.throttling",
                "plan.arms",
                "plan.arms kvbench.bench.DecodeStepBenchmark.step {depth=64}"
            })
    void aWordToIgnoreIsAFieldOfAContext(String word) {
        assertTrue(Settings.isField(word));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "nonsense", "cp", "cpu.", "cpu.modle", "cpu.model.x", "CPU"})
    void aWordThatIsNoFieldOfAContextIsNone(String word) {
        assertFalse(Settings.isField(word));
    }

    @Test
    void aWordThatIsIgnoredCoversWholeParts() {
        var difference = new Difference("cpu.model", "1", "2", Difference.Weight.BLOCKING);
        assertTrue(Settings.covers("cpu", difference));
        assertTrue(Settings.covers("cpu.model", difference));
        assertFalse(Settings.covers("cp", difference));
        assertFalse(Settings.covers("cpu.mod", difference));
    }

    @Test
    void differencesAreToTheColumnThatIsTheBaseline() {
        Comparison comparison =
                Comparison.of(
                        List.of(
                                new Side("base", base(SomeContext.with("/cpu/model", "\"A\""))),
                                new Side("cand", cand(SomeContext.with("/cpu/model", "\"B\"")))),
                        Settings.along(new Axis.Runs()).withBaseline("cand"));
        assertEquals(List.of("base"), List.copyOf(comparison.contexts().keySet()));
        Difference first = comparison.contexts().get("base").getFirst();
        assertEquals("B", first.left());
        assertEquals("A", first.right());
    }

    @Test
    void otherModesAndOtherNumbersOfThreadsAreOtherRows() {
        Comparison comparison =
                Compared.runs(
                        step("static", 64).threads(2).time("us/op", HUNDRED),
                        step("static", 64).time("us/op", HUNDRED));
        assertEquals(2, comparison.rows().size());
    }

    @Test
    void whatCoversLessThan95PercentHasNoInterval() {
        // 3 against 3 forks cover 90 %, 4 against 4 cover 94.3 %, 2 against 8 cover 95.6 %
        assertTrue(Double.isNaN(ofForks(new double[] {100, 101, 102}).low()));
        assertTrue(Double.isNaN(ofForks(new double[] {100, 101, 102}).high()));
        assertEquals(100 / 103.0, ofForks(new double[] {100, 101, 102, 103}).low(), 0.011);
    }

    private static Entry ofForks(double[] micros) {
        return Compared.only(
                Compared.runs(
                        step("static", 64).time("us/op", micros),
                        step("static", 64).time("us/op", micros)));
    }

    // ---- Odd figures ----

    @Test
    void figuresOfNothingHaveARatioOnlyWhereAllAreEqual() {
        List<Quantity> quantity = Quantity.named("power.watts");
        assertEntry(
                Verdict.NO_DIFFERENCE,
                1,
                NONE,
                NONE,
                1,
                "",
                Compared.sides(quantity, watts("base", 0), watts("cand", 0)));
        Entry entry = Compared.only(Compared.sides(quantity, watts("base", 0), watts("cand", 5)));
        assertEquals(Verdict.HIGHER, entry.verdict());
        assertEquals(Double.POSITIVE_INFINITY, entry.ratio());
        assertTrue(Double.isNaN(entry.low()));
    }

    @Test
    void figuresBelowNothingDifferBySideAndHaveNoRatio() {
        List<Quantity> growth = Quantity.named("rss.growth");
        Run less = growth("less", -1000);
        Run more = growth("more", 50_000);
        assertEntry(
                Verdict.MORE_MEMORY,
                NONE,
                NONE,
                NONE,
                APART,
                "",
                Compared.sides(growth, less, more));
        assertEntry(
                Verdict.LESS_MEMORY,
                NONE,
                NONE,
                NONE,
                APART,
                "",
                Compared.sides(growth, more, less));
        assertEntry(
                Verdict.LESS_MEMORY,
                NONE,
                NONE,
                NONE,
                APART,
                "",
                Compared.sides(growth, less, growth("least", -2000)));
        // 1.5 % of the larger: shown, and too little to matter
        assertEntry(
                Verdict.WITHIN_NOISE,
                NONE,
                NONE,
                NONE,
                APART,
                "",
                Compared.sides(growth, less, growth("like", -985)));
        assertEntry(
                Verdict.NO_DIFFERENCE, 1, NONE, NONE, 1, "", Compared.sides(growth, less, less));
    }

    @Test
    void countsBelowNothingAreNotComparable() {
        assertNotComparable(
                "a count below 0 is none", bytes(new double[] {-64}, new double[] {64}));
    }

    @Test
    void aTimeOfNothingIsNoMeasurement() {
        double[] nothing = new double[6];
        assertNotComparable(
                "a time of 0 or less is no measurement",
                Compared.runs(
                        step("static", 64).time("us/op", HUNDRED),
                        step("static", 64).time("us/op", nothing)));
        // One fork is enough, on either side
        assertNotComparable(
                "a time of 0 or less is no measurement",
                Compared.runs(
                        step("static", 64).time("us/op", 100, 100, 100, 100, 100, -1),
                        step("static", 64).time("us/op", HUNDRED)));
        assertNotComparable(
                "a TTFT of 0 or less is no measurement",
                Compared.sides(
                        List.of(Quantity.TTFT),
                        run("base", step("static", 64).metric("generate.ttft", "ms", HUNDRED)),
                        run("cand", step("static", 64).metric("generate.ttft", "ms", nothing))));
    }

    @Test
    void aDifferenceThatTheMediansShowTheOtherWayIsUndecided() {
        // 9 forks at 1 and 11 at 100 against 11 at 80 and 9 at 1000: of the 400 pairs the
        // candidate is larger in 9 * 20 + 11 * 9 = 279 and smaller in 121, its median is 20 % less
        double[] base = new double[20];
        double[] candidate = new double[20];
        Arrays.fill(base, 0, 9, 1);
        Arrays.fill(base, 9, 20, 100);
        Arrays.fill(candidate, 0, 11, 80);
        Arrays.fill(candidate, 11, 20, 1000);
        Entry entry =
                Compared.only(
                        Compared.runs(
                                step("static", 64).time("us/op", base),
                                step("static", 64).time("us/op", candidate)));
        assertEquals(Verdict.WITHIN_NOISE, entry.verdict());
        assertTrue(entry.p() <= Comparison.SIGNIFICANCE, "p " + entry.p());
        assertEquals(0.8, entry.ratio(), 1e-12);
        assertEquals(
                "the ranks of the forks differ the other way than their medians; 9 of 20 forks lie"
                        + " far from the others",
                entry.reason());
    }

    @Test
    void aDifferenceWhoseIntervalHoldsNoneIsUndecided() {
        // One of six ties: p = 14 / 924 as above, but the 6th of 36 ratios is that of the tie, 1
        assertEntry(
                Verdict.WITHIN_NOISE,
                1.05,
                1,
                1.05,
                14 / 924.0,
                "",
                Compared.runs(
                        step("static", 64).time("us/op", HUNDRED),
                        step("static", 64).time("us/op", 100, 105, 105, 105, 105, 105)));
    }

    @Test
    void runsWithoutResultsHaveNoRows() {
        assertEquals(List.of(), Compared.sides(run("base"), run("cand")).rows());
    }

    private static Comparison bytes(double[] base, double[] candidate) {
        return Compared.sides(
                List.of(Quantity.KV_HELD),
                run("base", step("static", 64).metric("kv.held", "B", base)),
                run("cand", step("static", 64).metric("kv.held", "B", candidate)));
    }

    private static Run watts(String name, double watts) {
        return run(
                name,
                step("static", 64)
                        .metric("power.watts", "W", watts, watts, watts, watts, watts, watts));
    }

    private static Run allocating(String name, double bytes) {
        return run(
                name,
                step("static", 64)
                        .metric(
                                "gc.alloc.rate.norm",
                                "B/op",
                                bytes,
                                bytes,
                                bytes,
                                bytes,
                                bytes,
                                bytes));
    }

    private static Outcomes unfinished(int missing, int forks) {
        Map<String, String> params = Map.of("strategy", "static", "depth", "64");
        return new Outcomes(
                List.of(), List.of(new UnfinishedArm(STEP, params, missing, forks)), List.of());
    }

    private static Run growth(String name, double bytes) {
        return run(
                name,
                step("static", 64)
                        .metric("rss.growth", "B", bytes, bytes, bytes, bytes, bytes, bytes));
    }

    private static Run base(RunContext context) {
        return on(context, run("base", step("static", 64).time("us/op", HUNDRED)));
    }

    private static Run cand(RunContext context) {
        return on(
                context,
                run("cand", step("static", 64).time("us/op", 110, 111, 112, 113, 114, 115)));
    }

    private static Run otherCpu() {
        return cand(SomeContext.with("/cpu/model", "\"Other CPU\""));
    }

    private static SomeResult[] cells(int count, double... forks) {
        var cells = new SomeResult[count];
        for (int cell = 0; cell < count; cell++) {
            cells[cell] = step("static", cell + 1).time("us/op", forks);
        }
        return cells;
    }

    /** The first {@code slowed} of so many cells are 20 % slower, the others equal. */
    private static Comparison slowed(int slowed, int cells) {
        SomeResult[] candidate = cells(cells, HUNDRED);
        System.arraycopy(cells(slowed, 120, 120, 120, 120, 120, 120), 0, candidate, 0, slowed);
        return Compared.sides(run("base", cells(cells, HUNDRED)), run("cand", candidate));
    }

    private static List<Verdict> verdicts(Comparison comparison) {
        return comparison.candidates().map(Entry::verdict).toList();
    }

    private static void assertNotComparable(String reason, Comparison comparison) {
        assertEntry(Verdict.NOT_COMPARABLE, NONE, NONE, NONE, NONE, reason, comparison);
    }

    private static void assertEntry(
            Verdict verdict,
            double ratio,
            double low,
            double high,
            double p,
            String reason,
            Comparison comparison) {
        assertEntry(verdict, ratio, low, high, p, reason, Compared.only(comparison));
    }

    private static void assertEntry(
            Verdict verdict,
            double ratio,
            double low,
            double high,
            double p,
            String reason,
            Entry entry) {
        assertAll(
                () -> assertEquals(verdict, entry.verdict()),
                () -> assertEquals(ratio, entry.ratio(), 1e-9, "ratio"),
                () -> assertEquals(low, entry.low(), 1e-9, "low"),
                () -> assertEquals(high, entry.high(), 1e-9, "high"),
                () -> assertEquals(p, entry.p(), 1e-9, "p"),
                () -> assertEquals(reason, entry.reason()));
    }
}
