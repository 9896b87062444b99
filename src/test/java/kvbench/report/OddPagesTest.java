package kvbench.report;

import static kvbench.results.SomeResult.on;
import static kvbench.results.SomeResult.run;
import static kvbench.results.SomeResult.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import kvbench.chart.ChartRenderer;
import kvbench.compare.Axis;
import kvbench.compare.Comparison;
import kvbench.compare.History;
import kvbench.compare.Quantity;
import kvbench.compare.Settings;
import kvbench.compare.Side;
import kvbench.context.SomeContext;
import kvbench.document.Document;
import kvbench.document.HtmlPage;
import kvbench.document.Page;
import kvbench.results.JmhJson;
import kvbench.results.Run;
import kvbench.results.TokenGaps;
import kvbench.results.TurnRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Figures that no chart was made for are drawn or left out, and the page stays whole. */
class OddPagesTest {
    /** What a chart draws at no place. */
    private static final Pattern NO_PLACE =
            Pattern.compile(
                    "\\b(x|y|x1|x2|y1|y2|cx|cy|r|d|points|width|height|transform)=\"[^\"]*(NaN|Infinity).*");

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "1e-300",
                "1e300",
                "1.7976931348623157e308",
                "\"NaN\"",
                "\"+INF\"",
                "\"-INF\""
            })
    void aRunOfAnyFiguresHasAPage(String value) throws IOException {
        String six = "[[%1$s],[%1$s],[%1$s],[1],[%1$s],[%1$s]]".formatted(value);
        SmallRun.write(
                folder,
                result("dynamic", 64, six),
                result("static", 64, six),
                result("none", 64, six),
                result("none", 0, six),
                result("static", 128, SmallRun.six(1)),
                result("dynamic", 128, SmallRun.six(2)));
        assertWhole(Report.of(Run.read(folder)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "NaN", "Infinity", "1e300", "2147483648", "", "x\u0000<b>"})
    void turnsOfAnyValuesHaveAPage(String value) throws IOException {
        SmallRun.in(folder);
        var rows = new StringBuilder();
        for (String column :
                List.of("turn", "generationMillis", "kvPeakBytes", "strategy", "fork")) {
            String row =
                    "ConversationBenchmark.converse,dynamic,2,1,1,1,10,1000,10,2000,3000,100,true\n";
            String head =
                    "benchmark,strategy,turns,fork,repetition,turn,generatedTokens,generationMillis,tokensPerSecond,kvHeldBytes,kvPeakBytes,ttftMillis,success";
            String[] fields = row.split(",");
            fields[List.of(head.split(",")).indexOf(column)] = value;
            rows.append(String.join(",", fields));
        }
        String turns = Files.readString(folder.resolve(TurnRows.FILE_NAME));
        Files.writeString(folder.resolve(TurnRows.FILE_NAME), turns + rows);
        assertWhole(Report.of(Run.read(folder)));
    }

    @Test
    void gapsOfAnyLengthHaveAPage() throws IOException {
        SmallRun.in(folder);
        Files.writeString(
                folder.resolve(TokenGaps.FILE_NAME),
                """
                {"strategy":"<b>","nanos":[0,1,9223372036854775807,-1,1e300,1e-300]}
                {"nanos":[]}
                {"strategy":{},"nanos":[1,2]}
                """);
        assertWhole(Report.of(Run.read(folder)));
    }

    @Test
    void ratiosWithoutABoundHaveAPage() {
        List<Side> sides =
                List.of(
                        new Side(
                                "base",
                                run("base", step("s", 1).metric("w", "W", 0, 0, 0, 0, 0, 0))),
                        new Side(
                                "cand",
                                run("cand", step("s", 1).metric("w", "W", 5, 5, 5, 5, 5, 5))));
        Comparison comparison =
                Comparison.of(
                        sides, Settings.along(new Axis.Runs()).withQuantities(Quantity.named("w")));
        assertWhole(CompareReport.of(comparison, sides));
    }

    @Test
    void aHistoryThatBeginsWithNothingHasAPage() {
        var builder = new History.Builder(Settings.along(new Axis.Runs()));
        for (int day = 1; day <= 3; day++) {
            builder.add(
                    on(
                            SomeContext.with("/utc", "\"2026-01-0%dT00:00:00Z\"".formatted(day)),
                            run(
                                    "r" + day,
                                    step("s", 1)
                                            .time("us/op", day == 1 ? 0 : Double.NaN)
                                            .metric("kv.held", "B", day - 1))));
        }
        Document document = HistoryReport.of(builder.build());
        assertEquals(
                "tg @ d 1, s, KV held: from 0 B to 1 B at abc (same commit as the run before:"
                    + " machine, not code), +100.0% at abc (same commit as the run before: machine,"
                    + " not code).",
                document.summary().get(1));
        assertWhole(document);
    }

    private static void assertWhole(Document document) {
        String html = HtmlPage.full(document, Optional.of(new ChartRenderer()));
        assertEquals(1, Page.of(html).all("h1").size());
        var noPlace = NO_PLACE.matcher(html);
        assertFalse(noPlace.find(), () -> noPlace.group());
    }

    private static JmhJson result(String strategy, int depth, String raw) {
        return new JmhJson(SmallRun.PACKAGE + "DecodeStepBenchmark.step", "avgt")
                .param("strategy", strategy)
                .param("depth", depth)
                .primary("us/op", raw)
                .secondary("kv.peak", "B", raw)
                .secondary("kv.held", "B", raw)
                .secondary("generate.ttft", "ms", raw)
                .secondary("generate.itl.p99", "ms", raw);
    }
}
