package kvbench.report;

import static kvbench.results.SomeResult.converse;
import static kvbench.results.SomeResult.failed;
import static kvbench.results.SomeResult.on;
import static kvbench.results.SomeResult.run;
import static kvbench.results.SomeResult.step;
import static kvbench.results.SomeResult.with;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.compare.Axis;
import kvbench.compare.Comparison;
import kvbench.compare.Filter;
import kvbench.compare.Quantity;
import kvbench.compare.Settings;
import kvbench.compare.Side;
import kvbench.context.SomeContext;
import kvbench.document.CsvPage;
import kvbench.document.Document;
import kvbench.document.Section;
import kvbench.document.TextPage;
import kvbench.results.Run;
import kvbench.results.SomeResult;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class CompareReportTest {
    private static final double[] HUNDRED = {100, 100, 100, 100, 100, 100};

    @Test
    void everythingThatIsFoundIsASentenceFailuresAndTheLargestFirst() {
        Document document =
                runs(
                        run(
                                "base",
                                step("static", 1).time("us/op", HUNDRED),
                                step("static", 2)
                                        .time("us/op", HUNDRED)
                                        .metric("kv.held", "B", 0)
                                        .metric("kv.peak", "B", 2048),
                                step("static", 3).time("us/op", HUNDRED),
                                step("static", 4).time("us/op", HUNDRED)),
                        with(
                                failed("killed", step("static", 4)),
                                run(
                                        "cand",
                                        step("static", 1)
                                                .time("us/op", 115, 110, 111, 112, 113, 114),
                                        step("static", 2)
                                                .time("us/op", 40, 40, 40, 40, 40, 40)
                                                .metric("kv.held", "B", 64)
                                                .metric("kv.peak", "B", 1024),
                                        step("static", 3).time("us/op", HUNDRED))));
        assertEquals("Comparison by run: cand against base", document.title());
        assertEquals(
                List.of(
                        "Of 6 comparisons: 1 faster, 1 slower, 1 with less memory, 1 with more"
                                + " memory, 1 same, 1 failed.",
                        "tg @ d 4, static, time: cand failed (killed).",
                        "tg @ d 2, static, KV held: cand is more, from 0 B to 64 B.",
                        "tg @ d 2, static, time: cand is 2.50x faster, from 100.00 us to 40.00 us.",
                        "tg @ d 2, static, KV peak: cand is 50.0% less, from 2.0 KiB to 1.0"
                                + " KiB.",
                        "tg @ d 1, static, time: cand is 12.5% slower (95 % interval 10.0% to"
                                + " 15.0%), from 100.00 us to 112.5 us."),
                document.summary());
    }

    @Test
    void aBaselineThatFailedIsCalledSo() {
        SomeResult cell = converse("static", 4).time("s/op", HUNDRED);
        Document document = runs(with(failed("killed", cell), run("base")), run("cand", cell));
        assertEquals(
                List.of(
                        "Of 1 comparison: 1 failed.",
                        "converse, 4 turns, static, time: base failed (killed), and cand did not."),
                document.summary());
        assertTrue(
                TextPage.full(document).contains("  failed !  100.0 +-0.0% baseline failed !\n"),
                TextPage.full(document));
    }

    @Test
    void whatHasNoFigureHasItsVerdictForAMachine() {
        Document document =
                runs(
                        run("base", step("static", 1).time("us/op", HUNDRED), step("static", 2)),
                        with(failed("killed", step("static", 2)), run("cand")));
        String csv = CsvPage.full(document);
        assertTrue(csv.contains("tg @ d 1 | static | us,cand,NaN,-,only-in-baseline,NaN,"), csv);
        assertTrue(csv.contains("tg @ d 2 | static | us,cand,NaN,failed !,failed,NaN,"), csv);
    }

    @Test
    void whatNeitherSideMeasuredIsNoComparison() {
        List<Side> sides =
                List.of(
                        new Side("a", run("a")),
                        new Side("b", run("b")),
                        new Side("c", run("c", step("static", 1))));
        assertEquals(
                List.of("Of 1 comparison: 1 only in candidate."),
                CompareReport.of(Comparison.of(sides, Settings.along(new Axis.Runs())), sides)
                        .summary());
    }

    @Test
    void aDifferenceWithoutARatioHasItsWordsAndNoSignTwice() {
        SomeResult less = step("static", 1).metric("rss.growth", "B", -9, -11, -9, -11, -9, -11);
        SomeResult more = step("static", 1).metric("rss.growth", "B", 50, 50, 50, 50, 50, 50);
        List<Side> sides =
                List.of(new Side("base", run("base", less)), new Side("cand", run("cand", more)));
        Document document =
                CompareReport.of(
                        Comparison.of(
                                sides,
                                Settings.along(new Axis.Runs())
                                        .withQuantities(Quantity.named("rss.growth"))),
                        sides);
        assertEquals(
                "tg @ d 1, static, rss.growth: cand is more, from -10 B to 50 B.",
                document.summary().getLast());
        String text = TextPage.full(document);
        assertTrue(text.contains(" -10 B +-10.0%  50 B +-0.0% more\n"), text);
    }

    @Test
    void severalCandidatesAreNamedBeforeTheBaseline() {
        Document document =
                along(
                        Axis.STRATEGY,
                        run("a", step("none", 1), step("dynamic", 1), step("static", 1)));
        assertEquals("Comparison by strategy: dynamic, static against none", document.title());
        assertEquals(List.of("Of 2 comparisons: 2 undecided (too few forks)."), document.summary());
    }

    @Test
    void noCacheHoldsNothingInOneSentenceAndWhatWasSeenInEveryForkStandsFirst() {
        Run run =
                run(
                        "a",
                        step("none", 1)
                                .time("us/op", 400, 400)
                                .metric("kv.held", "B", 0)
                                .metric("kv.peak", "B", 0),
                        step("dynamic", 1)
                                .time("us/op", 100, 100)
                                .metric("kv.held", "B", 1024)
                                .metric("kv.peak", "B", 2048));
        List<Side> sides = List.of(new Side("a", run));
        Settings settings = Settings.along(Axis.STRATEGY);
        assertEquals(
                List.of(
                        "Of 3 comparisons: 2 with less memory, 1 undecided (too few forks).",
                        "tg @ d 1, time: none is 4.00x slower in all 2 forks, too few for the test"
                                + " to show it, from 100.00 us to 400.0 us.",
                        "none holds no cache: 0 B in 2 figures."),
                CompareReport.of(Comparison.of(sides, settings.withBaseline("dynamic")), sides)
                        .summary());
        assertEquals(
                List.of(
                        "Of 3 comparisons: 2 with more memory, 1 undecided (too few forks).",
                        "tg @ d 1, time: dynamic is 4.00x faster in all 2 forks, too few for the"
                                + " test to show it, from 400.0 us to 100.00 us.",
                        "none holds no cache: 0 B in 2 figures."),
                CompareReport.of(Comparison.of(sides, settings), sides).summary());
    }

    @Test
    void ofOneColumnThereIsNothingToCompare() {
        Document document = along(Axis.STRATEGY, run("a", step("none", 1)));
        assertEquals("Comparison by strategy: none", document.title());
        assertEquals(
                List.of("Nothing to compare: there is only \"none\" on the axis strategy."),
                document.summary());
    }

    @Test
    void ofNoFiguresNoneIsFound() {
        Document document = runs(run("base"), run("cand"));
        assertEquals(List.of("No figure was found on both sides."), document.summary());
        assertEquals(List.of(), document.sections());
    }

    @Test
    void whatTheRunsWarnOfStandsOnceWithTheirNames() {
        Document document =
                runs(
                        on(SomeContext.quiet(), run("base", step("static", 1))),
                        on(
                                SomeContext.with("/host/loadAverage", "6.5"),
                                run("cand", step("static", 1))));
        assertEquals(
                List.of(
                        "base and cand ran the same code: what differs between them is noise, or"
                                + " what they ran on.",
                        "all runs: model tiny: weights are random (seed 42): speed and memory are"
                                + " real, text is not",
                        "cand: the load was 6.50 on 2 cores as the run began: something else was"
                                + " running"),
                document.warnings());
        assertEquals(
                List.of(
                        "model tiny: weights are random (seed 42): speed and memory are real, text"
                                + " is not"),
                along(Axis.STRATEGY, on(SomeContext.quiet(), run("a", step("none", 1))))
                        .warnings());
    }

    @Test
    void rowsOfSeveralModesAreToldApart() {
        SomeResult rate = new SomeResult(SomeResult.STEP, "thrpt").param("strategy", "static");
        SomeResult time = step("static", 64).time("us/op", 1, 1, 1, 1, 1, 1);
        rate.param("depth", 64).time("ops/us", 1, 1, 1, 1, 1, 1);
        Document document = runs(run("base", time, rate), run("cand", time, rate));
        String text = TextPage.full(document);
        assertTrue(text.contains("\ntg @ d 64, avgt   static "), text);
        assertTrue(text.contains("\ntg @ d 64, thrpt  static "), text);
    }

    @Test
    void whatIsUndecidedIsNotCalledSlower() {
        String text =
                TextPage.full(
                        runs(
                                run("base", step("static", 64).time("us/op", 100)),
                                run("cand", step("static", 64).time("us/op", 300))));
        assertTrue(text.contains(" 3.00x ~ !\n"), text);
    }

    @Test
    void inWhatTheRunsDifferIsATable() {
        Document document =
                runs(
                        on(SomeContext.quiet(), run("base", step("static", 1))),
                        on(
                                SomeContext.with(
                                        SomeContext.with("/cpu/model", "\"Other CPU\""),
                                        "/host/name",
                                        "\"barn\""),
                                run("cand", step("static", 1))));
        assertEquals(
                """
                Differences to base

                run   field      base      in that run  means
                ----  ---------  --------  -----------  -----------------------
                cand  cpu.model  Some CPU  Other CPU    not comparable
                cand  host.name  box       barn         compared, worth knowing
                """,
                text(document, "How the runs differ"));
        assertEquals(List.of("Of 1 comparison: 1 not comparable."), document.summary());
    }

    @Test
    void whatIsIgnoredIsComparedInTheTableOfDifferencesToo() {
        List<Side> sides =
                List.of(
                        new Side("base", on(SomeContext.quiet(), run("base", step("s", 1)))),
                        new Side(
                                "cand",
                                on(
                                        SomeContext.with("/cpu/model", "\"Other CPU\""),
                                        run("cand", step("s", 1)))));
        var settings =
                new Settings(
                        new Axis.Runs(),
                        Optional.empty(),
                        Quantity.DEFAULT,
                        Filter.ALL,
                        Settings.PRACTICAL_THRESHOLD,
                        Set.of("cpu"));
        String table =
                text(
                        CompareReport.of(Comparison.of(sides, settings), sides),
                        "How the runs differ");
        assertTrue(table.contains("cand  cpu.model  Some CPU  Other CPU    compared\n"), table);
    }

    @Test
    void moreFindingsThanOneReadsAreCounted() {
        var before = new ArrayList<SomeResult>();
        var after = new ArrayList<SomeResult>();
        for (int depth = 1; depth <= 45; depth++) {
            before.add(step("static", depth).metric("kv.held", "B", 100));
            after.add(step("static", depth).metric("kv.held", "B", 200));
        }
        List<String> summary =
                runs(
                                run("base", before.toArray(SomeResult[]::new)),
                                run("cand", after.toArray(SomeResult[]::new)))
                        .summary();
        assertEquals(42, summary.size());
        assertEquals("And 5 more: see the table.", summary.getLast());
    }

    private static String text(Document document, String heading) {
        Section section =
                document.sections().stream()
                        .filter(one -> one.heading().equals(heading))
                        .findFirst()
                        .orElseThrow();
        String text = TextPage.full(new Document("t", List.of(), List.of(), List.of(section)));
        return text.substring("t\n=\n\n".length());
    }

    private static Document runs(Run base, Run candidate) {
        List<Side> sides = List.of(new Side("base", base), new Side("cand", candidate));
        return CompareReport.of(Comparison.of(sides, Settings.along(new Axis.Runs())), sides);
    }

    private static Document along(Axis axis, Run run) {
        List<Side> sides = List.of(new Side(run.name(), run));
        return CompareReport.of(Comparison.of(sides, Settings.along(axis)), sides);
    }
}
