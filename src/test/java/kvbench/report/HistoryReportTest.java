package kvbench.report;

import static kvbench.results.SomeResult.on;
import static kvbench.results.SomeResult.run;
import static kvbench.results.SomeResult.step;
import static kvbench.results.SomeResult.with;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.chart.ChartRenderer;
import kvbench.compare.Axis;
import kvbench.compare.History;
import kvbench.compare.Settings;
import kvbench.context.SomeContext;
import kvbench.document.Block;
import kvbench.document.Document;
import kvbench.document.HtmlPage;
import kvbench.document.Page;
import kvbench.results.Outcomes;
import kvbench.results.Run;
import kvbench.results.SomeResult;
import kvbench.results.UnfinishedArm;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Mark;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;

class HistoryReportTest {

    @Test
    void changesAreNamedByCommitTimeAndSize() {
        // Ten runs at 100 us and ten at 80, a little apart so that none tie; bytes grow in run 15
        var builder = new History.Builder(Settings.along(new Axis.Runs()));
        for (int day = 1; day <= 20; day++) {
            double micros = (day <= 10 ? 100 : 80) + 0.01 * (day * 7 % 10);
            builder.add(
                    at(
                            day,
                            step("static", 64)
                                    .time("us/op", micros, micros, micros)
                                    .metric("kv.held", "B", day < 15 ? 1024 : 2048)));
        }
        Document document = HistoryReport.of(builder.build());
        assertEquals("History of 20 runs", document.title());
        assertEquals(
                List.of(
                        "2 of 2 figures changed over 20 runs, c1 (2026-01-01T00:00:00Z) to c20"
                                + " (2026-01-20T00:00:00Z).",
                        "tg @ d 64, static, time: -20.0% at c11.",
                        "tg @ d 64, static, KV held: +100.0% at c15."),
                document.summary());
        List<List<Cell>> changes = table(document, 0).rows();
        assertEquals(
                List.of("tg @ d 64", "static", "time", "c11", "2026-01-11T00:00:00Z"),
                changes.getFirst().subList(0, 5).stream().map(Cell::text).toList());
        assertEquals(
                List.of(Mark.BETTER, Mark.WORSE),
                changes.stream().map(row -> row.get(5).mark()).toList());
        assertEquals("n/a", changes.getLast().get(6).text());
        assertEquals("2 found.", table(document, 0).notes().getLast());
        // The arms: first and last figure, 100.07 us and 80.00 us
        assertEquals(
                List.of(
                        "tg @ d 64",
                        "static",
                        "time us",
                        "20",
                        "100.1",
                        "80.00",
                        "-20.1%",
                        "-20.0% at c11"),
                table(document, 2).rows().getFirst().stream().map(Cell::text).toList());
        assertEquals(
                List.of(
                        "tg @ d 64",
                        "static",
                        "KV held",
                        "20",
                        "1.0 KiB",
                        "2.0 KiB",
                        "+100.0%",
                        "+100.0% at c15"),
                table(document, 2).rows().getLast().stream().map(Cell::text).toList());
    }

    @Test
    void bytesAfterNoneHaveNoPerCent() {
        Document document =
                HistoryReport.of(
                        new History.Builder(Settings.along(new Axis.Runs()))
                                .add(at(1, step("static", 64).metric("kv.held", "B", 0)))
                                .add(at(2, step("static", 64).metric("kv.held", "B", 64)))
                                .build());
        assertEquals(
                "tg @ d 64, static, KV held: from 0 B to 64 B at c2.",
                document.summary().getLast());
        assertEquals("from 0 B to 64 B", table(document, 0).rows().getFirst().get(5).detail());
    }

    @Test
    void aChangeWithinACommitIsTheMachinesAndNoBetter() {
        var builder = new History.Builder(Settings.along(new Axis.Runs()));
        for (int day = 1; day <= 8; day++) {
            double micros = (day <= 4 ? 100 : 80) + 0.01 * (day * 7 % 10);
            Run run = run("run" + day, step("static", 64).time("us/op", micros, micros, micros));
            builder.add(
                    on(
                            SomeContext.with(
                                    SomeContext.with(
                                            SomeContext.ofCommit("c1"),
                                            "/host/loadAverage",
                                            day == 2 ? "6.5" : "0"),
                                    "/utc",
                                    "\"2026-01-0%dT00:00:00Z\"".formatted(day)),
                            run));
        }
        Document document = HistoryReport.of(builder.build());
        assertEquals(
                "tg @ d 64, static, time: -20.0% at c1 (same commit as the run before: machine, not"
                        + " code).",
                document.summary().getLast());
        Block.Figure figure = (Block.Figure) document.sections().get(1).blocks().getFirst();
        List<Cell> first = figure.figures().rows().getFirst();
        assertEquals(
                List.of("static", "c1 01-01 00:00:00", "100", "100", "100"),
                first.stream().map(Cell::text).toList());
        // In seconds, although the axis counts microseconds.
        assertEquals(100.07e-6, first.get(2).value(), 1e-15);
        assertEquals("c1 again", table(document, 0).rows().getFirst().get(3).text());
        assertEquals(Mark.PLAIN, table(document, 0).rows().getFirst().get(5).mark());
        assertEquals(
                List.of(
                        "all runs: the suite was built from another commit than its folder has now,"
                                + " abc",
                        "all runs: model tiny: weights are random (seed 42): speed and memory are"
                                + " real, text is not",
                        "run2: the load was 6.50 on 2 cores as the run began: something else was"
                                + " running"),
                document.warnings());
    }

    @Test
    void chartsOfWhatChangedComeFirst() {
        var builder = new History.Builder(Settings.along(new Axis.Runs()));
        for (int day = 1; day <= 6; day++) {
            builder.add(
                    at(
                            day,
                            step("static", 64)
                                    .time("us/op", 1)
                                    .metric("kv.held", "B", day < 4 ? 1 : 2)));
        }
        Document document = HistoryReport.of(builder.build());
        List<Block> charts = document.sections().get(1).blocks();
        assertEquals(
                List.of("tg @ d 64, KV held", "tg @ d 64, time"),
                charts.stream().map(block -> ((Block.Figure) block).chart().title()).toList());
        Page page = Page.of(HtmlPage.full(document, Optional.of(new ChartRenderer())));
        assertEquals(2, page.all("svg").size());
    }

    @Test
    void whatIsCutIsCounted() {
        var builder = new History.Builder(Settings.along(new Axis.Runs()));
        for (int day = 1; day <= 2; day++) {
            var cells = new SomeResult[30];
            for (int cell = 0; cell < cells.length; cell++) {
                cells[cell] = step("static", cell + 1).time("us/op", 1);
                cells[cell].metric("kv.held", "B", day);
            }
            builder.add(at(day, cells));
        }
        Document document = HistoryReport.of(builder.build());
        assertEquals("And 6 more: see the table.", document.summary().getLast());
        assertEquals("Charts (24 of 60, the table has all)", document.sections().get(1).heading());
        assertEquals(
                "A change is a level that lasted at least 3 runs and differs from the one before by"
                    + " 2 % or more; the run is the replicate. Of each figure's history without a"
                    + " change 5 % at most show one: of 30 figures that vary, had none changed, 2"
                    + " at most would be expected to. Counted bytes do not vary, so that each"
                    + " change of them is one, and p is n/a.",
                table(document, 0).notes().getFirst());
    }

    @Test
    void fewerRunsThanCanShowAChangeAreSaidToBeTooFew() {
        Document document =
                HistoryReport.of(
                        new History.Builder(Settings.along(new Axis.Runs()))
                                .add(at(1, step("static", 64).metric("kv.held", "B", 1)))
                                .build());
        assertEquals("History of 1 run", document.title());
        assertEquals(
                "None was found; what varies takes 8 runs to show one.",
                table(document, 0).notes().getLast());
        assertEquals(
                List.of(
                        "1 run, c1 (2026-01-01T00:00:00Z) to c1 (2026-01-01T00:00:00Z): too few for"
                                + " a change of 1 figure that varies to show, which takes 8 runs; 0"
                                + " of 1 figure of counted bytes changed."),
                document.summary());
    }

    @Test
    void withoutChangesItSaysSo() {
        var builder = new History.Builder(Settings.along(new Axis.Runs()));
        for (int day = 1; day <= 8; day++) {
            builder.add(at(day, step("static", 64)));
        }
        Document document = HistoryReport.of(builder.build());
        assertEquals("None was found.", table(document, 0).notes().getLast());
        assertTrue(
                document.summary().getFirst().startsWith("0 of 1 figure changed over 8 runs, c1 ("),
                document.summary()::toString);
    }

    @Test
    void aRunThatIsStillMeasuredIsSaidToBe() {
        Run begun =
                with(
                        new Outcomes(
                                List.of(),
                                List.of(
                                        new UnfinishedArm(
                                                "kvbench.bench.DecodeStepBenchmark.step",
                                                Map.of("strategy", "static", "depth", "64"),
                                                2,
                                                6)),
                                List.of()),
                        at(1, step("static", 64)));
        Document document =
                HistoryReport.of(
                        new History.Builder(Settings.along(new Axis.Runs())).add(begun).build());
        assertTrue(
                document.warnings()
                        .contains(
                                "run1 is unfinished: 2 forks are still to be run, and its figures"
                                        + " may change"),
                document.warnings()::toString);
    }

    private static Table table(Document document, int section) {
        return ((Block.Tabular) document.sections().get(section).blocks().getFirst()).table();
    }

    private static Run at(int day, SomeResult... results) {
        return on(
                SomeContext.with(
                        SomeContext.with(
                                SomeContext.ofCommit("c" + day),
                                "/source/codeSha256",
                                "\"code%d\"".formatted(day)),
                        "/utc",
                        "\"2026-01-%02dT00:00:00Z\"".formatted(day)),
                run("run" + day, results));
    }
}
