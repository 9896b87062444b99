package kvbench;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import kvbench.context.SomeContext;
import kvbench.results.JmhJson;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code compare} and {@code report} say and return, right and wrong. */
class CompareAndReportErrorsTest {
    @TempDir Path temporary;

    private String base;
    private String slower;

    @BeforeEach
    void write() throws IOException {
        base = run("base", step("static", 100));
        slower = run("slower", step("static", 120));
    }

    // ---- Exit codes ----

    @Test
    void aComparisonIsFineWhateverItFinds() {
        CommandRun run = compare("base=" + base, "cand=" + slower);
        assertEquals("", run.err());
        assertEquals(0, run.exitCode());
        assertEquals(
                """
                Comparison by run: cand against base
                ====================================

                Of 1 comparison: 1 slower.
                tg @ d 64, static, time: cand is 20.0% slower, from 100.00 us to 120.0 us.

                WARNING: base has no context.json: that it was measured on the same machine, runtime and model cannot be
                  checked.
                WARNING: cand has no context.json: that it was measured on the same machine, runtime and model cannot be
                  checked.

                By run

                test       strategy  unit           base                 cand
                                              (baseline)
                ---------  --------  ----  -------------  -------------------
                tg @ d 64  static    us    100.00 +-0.0%  120.0 +-0.0% +20.0%

                6 forks each. Figures are medians over the forks of each fork's median; +- is half the 95 % interval, or
                  half the range below 6 forks.
                Differences are to base. = the same within 2 %; ~ undecided.
                """,
                run.out());
    }

    @Test
    void aGateThatHoldsIsFine() {
        assertExit(0, "", compare("--fail-on", "slower:25", base, slower));
        assertExit(0, "", compare("--fail-on", "slower", slower, base));
    }

    @Test
    void aGateThatPassesTellsWhatWasUndecided() throws IOException {
        JmhJson noisy = step("static", 100).primary("us/op", "[[105],[90],[115],[95],[110],[100]]");
        assertExit(
                0,
                "--fail-on slower: passed, with 1 comparison undecided (within noise): that nothing"
                        + " is worse is not shown there.\n",
                compare("--fail-on", "slower", base, run("noisy", noisy)));
    }

    @Test
    void aGateThatFailsIsTheAnswerNo() {
        assertExit(
                1,
                "--fail-on slower: 1 comparison fails it.\n"
                        + "  tg @ d 64, static, time: slower is 20.0% slower, from 100.00 us to"
                        + " 120.0 us.\n",
                compare("--fail-on", "slower", base, slower));
        assertExit(
                1,
                "--fail-on slower:5: 1 comparison fails it.\n"
                        + "  tg @ d 64, static, time: slower is 20.0% slower, from 100.00 us to"
                        + " 120.0 us.\n",
                compare("--fail-on", "slower:5%", base, slower));
    }

    @Test
    void aGateThatCouldNotHaveFailedCouldNotRun() {
        assertExit(
                3,
                "--fail-on more-memory: nothing was compared that could have failed it: see the"
                        + " verdicts.\n",
                compare("--fail-on", "more-memory", base, slower));
        // A failure weighs more
        assertEquals(1, compare("--fail-on", "more-memory,slower", base, slower).exitCode());
    }

    @Test
    void aCandidateThatFailedFailsTheGate() throws IOException {
        String failed = run("failed");
        Files.writeString(
                Path.of(failed, "outcomes.json"),
                """
                {"failed":[{"benchmark":"kvbench.bench.DecodeStepBenchmark.step",
                "params":{"strategy":"static","depth":"64"},"fork":1,"succeededTurns":0,"lostTurns":0,
                "reason":"out of memory"}],"unfinished":[],"vetoed":[]}
                """);
        CommandRun run = compare("--fail-on", "slower", base, failed);
        assertEquals(1, run.exitCode());
        assertTrue(
                run.out().contains("\ntg @ d 64, static, time: failed failed (out of memory).\n"),
                run.out());
    }

    @Test
    void anArmThatVanishedFailsTheGateAndIsNamed() throws IOException {
        assertExit(
                1,
                "--fail-on slower: 1 comparison fails it.\n"
                        + "  tg @ d 64, static, time: empty has no result.\n",
                compare("--fail-on", "slower", base, run("empty")));
    }

    @Test
    void theSameFileTwiceIsSaid() {
        String out = compare("a=" + base, "b=" + base).out();
        assertTrue(out.contains("WARNING: a and b are the same file."), out);
    }

    @Test
    void thePartsOfAMergedRunAreLeftOutOfAHistory() throws IOException {
        Files.writeString(Path.of(base, "schedule.json"), "{\"mergedFrom\":[\"slower\"]}");
        SomeContext.quiet().write(Path.of(base));
        String out = CommandRun.of("compare", "--history", temporary.toString()).out();
        assertTrue(out.contains("left out slower: part of base"), out);
    }

    // ---- Wrong use ----

    @Test
    void aWordToIgnoreThatIsNoFieldIsRefused() {
        String message =
                "--ignore: expected a field of context.json, one of [schemaVersion, utc, host, cpu,"
                        + " memory, limits, gpus, jvm, runtime, source, models, plan, parity,"
                        + " arguments] or what is below it as in cpu.model, found %s.";
        assertWrongUse(message.formatted("cpus"), "compare", base, slower, "--ignore", "cpus");
        assertWrongUse(message.formatted("an empty word"), "compare", base, "--ignore", " ");
        assertWrongUse(
                message.formatted("nonsense"),
                "compare",
                "--history",
                temporary.toString(),
                "--ignore",
                "nonsense");
    }

    @Test
    void aFieldInWhichTheRunsDoNotDifferMayBeIgnored() {
        assertExit(
                0, "", compare("--ignore", "cpu,memory", "--fail-on", "slower:25", base, slower));
    }

    @Test
    void aValueOrAWordOfAFilterThatNoResultHasIsRefused() throws IOException {
        String message =
                "--filter: expected words and values that some result has, found that none has %s."
                        + " A benchmark's name may be given in part, a parameter's value must be"
                        + " whole.";
        assertWrongUse(
                message.formatted("strategy=dynamc"),
                "compare",
                base,
                slower,
                "--filter",
                "strategy=static,dynamc",
                "--fail-on",
                "slower");
        assertWrongUse(
                message.formatted("Prefil"),
                "compare",
                base,
                slower,
                "--filter",
                "decode",
                "--filter",
                "Prefil");
        Path run = Path.of(run("runs/one", step("static", 100)));
        SomeContext.quiet().write(run);
        assertWrongUse(
                message.formatted("strategy=dynamc"),
                "compare",
                "--history",
                run.getParent().toString(),
                "--filter",
                "strategy=static,dynamc");
    }

    @Test
    void whatAGateDoubtsIsNamed() throws IOException {
        String known = run("known", step("static", 100));
        SomeContext.quiet().write(Path.of(known));
        assertExit(
                3,
                "--fail-on slower: 1 comparison could not be decided (too few or missing forks, or"
                        + " not comparable): see the verdicts.\n"
                        + "  only one side has a context.json\n",
                compare("--fail-on", "slower", base, known));
    }

    @Test
    void compareAsksForARun() {
        assertWrongUse(
                "expected at least one run, as in `compare base=RUN cand=RUN` or `compare RUN --by"
                        + " strategy`, found none. `ls jmh-results` lists the runs.",
                "compare");
    }

    @Test
    void aRunThatIsNotThereIsNamed() {
        String nowhere = temporary.resolve("nowhere").toString();
        String message =
                nowhere
                        + ": expected the folder of a run, with its results.json, or a JSON file"
                        + " that JMH wrote, found none. `ls jmh-results` lists the runs.";
        assertWrongUse(message, "compare", base, nowhere);
        assertWrongUse(message, "compare", base, "cand=" + nowhere);
        assertWrongUse(message, "report", nowhere);
        // A folder that is there, but no run's
        String empty = temporary.toString();
        assertWrongUse(message.replace(nowhere, empty), "report", empty);
    }

    @Test
    void eachRunHasANameOfItsOwn() throws IOException {
        assertWrongUse(
                "expected a name of its own for each run, found a twice. Give names, as in"
                        + " `base=RUN cand=RUN`.",
                "compare",
                "a=" + base,
                "a=" + slower);
        String other = run("other/base", step("static", 100));
        assertWrongUse(
                "expected a name of its own for each run, found base twice. Give names, as in"
                        + " `base=RUN cand=RUN`.",
                "compare",
                base,
                other);
    }

    @Test
    void anAxisThatNoResultHasIsRefused() {
        assertWrongUse(
                "--by furlongs: expected run, commit, or a parameter of these results (depth,"
                        + " strategy), found that none has it.",
                "compare",
                base,
                "--by",
                "furlongs");
        assertWrongUse(
                "--filter: expected words and values that some result has, found that none has"
                        + " strategy=none. A benchmark's name may be given in part, a parameter's"
                        + " value must be whole.",
                "compare",
                base,
                "--by",
                "depth",
                "--filter",
                "strategy=none");
    }

    @Test
    void aBaselineThatIsNoColumnIsRefused() {
        assertWrongUse(
                "--baseline: expected one of the columns [base, slower], found none.",
                "compare",
                base,
                slower,
                "--baseline",
                "none");
        assertWrongUse(
                "--baseline: expected one of the strategies [static] of base, found none.",
                "report",
                base,
                "--baseline",
                "none");
    }

    @Test
    void aMetricThatNoResultHasIsRefused() {
        assertWrongUse(
                "--metric: expected one of time, ttft, tpot, itl.p50, itl.p90, itl.p99, itl.max,"
                    + " graph.record, kv.held, kv.peak, latency, memory, or a secondary metric of"
                    + " these results (), found that none has furlongs.",
                "compare",
                base,
                slower,
                "--metric",
                "time,furlongs");
        assertWrongUse(
                "--metric: expected figures of these results, found that none has memory (--filter"
                        + " may leave it out).",
                "compare",
                base,
                slower,
                "--metric",
                "memory",
                "--filter",
                "step");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--filter | strategy= | --filter: expected part of a benchmark's name or"
                        + " PARAMETER=VALUE[,VALUE...], found \"strategy=\".",
                "--fail-on | faster | --fail-on: expected slower or more-memory, with :PERCENT if"
                        + " it may be a little (slower:5), found faster."
            })
    void anOptionThatCannotBeMeantIsRefused(String option, String value, String message) {
        assertWrongUse(message, "compare", base, slower, option, value);
    }

    @Test
    void reportsThatWouldReplaceEachOtherAreRefused() throws IOException {
        String other = run("other/base", step("static", 100));
        Path out = temporary.resolve("out");
        CommandRun run = CommandRun.of("report", base, other, "--out", out.toString());
        assertEquals(
                "error: --out: expected runs of different names, whose reports do not replace each"
                        + " other, found base twice. Write them into different folders."
                        + System.lineSeparator(),
                run.err());
        assertEquals(2, run.exitCode());
    }

    @Test
    void historyNeedsAFolderAndNothingBesideIt() {
        String file = Path.of(base, "results.json").toString();
        assertWrongUse(
                "--history: expected a folder of runs, found none at %s.".formatted(file),
                "compare",
                "--history",
                file);
        String message =
                "--history: expected a folder of runs and no runs, --fail-on, --by or --baseline"
                        + " beside it, found"
                        + " some.";
        assertWrongUse(message, "compare", "--history", temporary.toString(), base);
        assertWrongUse(
                message, "compare", "--history", temporary.toString(), "--fail-on", "slower");
    }

    @Test
    void aHistoryOfARunNamesTheFolderThatItLiesIn() {
        assertWrongUse(
                "--history: expected a folder of runs, found a run, %s. Give the folder that it lies in: %s."
                        .formatted(base, Path.of(base).getParent()),
                "compare",
                "--history",
                base);
    }

    @Test
    void aHistoryOfNoRunsIsWrongUse() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("none"));
        assertWrongUse(
                "--history %s: expected runs with results and a context.json, found none. Give the folder that the runs lie in, such as jmh-results."
                        .formatted(folder),
                "compare",
                "--history",
                folder.toString());
        run("none/bare", memory(100));
        assertWrongUse(
                "--history %s: expected runs with results and a context.json, found none but what cannot be used (bare: no context.json, so its time and commit are unknown). Give the folder that the runs lie in, such as jmh-results."
                        .formatted(folder),
                "compare",
                "--history",
                folder.toString());
    }

    @Test
    void aHistoryFollowsTheRunsOfAFolder() throws IOException {
        for (int day = 1; day <= 8; day++) {
            Path folder = Path.of(run("runs/r" + day, memory(day < 5 ? 100 : 150)));
            SomeContext.with(
                            SomeContext.ofCommit("c" + day),
                            "/utc",
                            "\"2026-01-0%dT00:00:00Z\"".formatted(day))
                    .write(folder);
        }
        run("runs/bare", memory(100));
        CommandRun run =
                CommandRun.of(
                        "compare",
                        "--history",
                        temporary.resolve("runs").toString(),
                        "--metric",
                        "kv.held");
        assertEquals("", run.err());
        assertTrue(
                run.out()
                        .startsWith(
                                """
                                History of 8 runs
                                =================

                                1 of 1 figure changed over 8 runs, c1 (2026-01-01T00:00:00Z) to c8 (2026-01-08T00:00:00Z).
                                tg @ d 64, static, KV held: +50.0% at c5.

                                WARNING: left out bare: no context.json, so its time and commit are unknown
                                WARNING: all runs: the suite was built from another commit than its folder has now, abc
                                WARNING: all runs: model tiny: weights are random (seed 42): speed and memory are real, text is not

                                Changes that stand out

                                test       strategy  figure   commit  run of                change    p
                                ---------  --------  -------  ------  --------------------  ------  ---
                                tg @ d 64  static    KV held  c5      2026-01-05T00:00:00Z  +50.0%  n/a

                                """),
                run.out());
    }

    // ---- Broken files ----

    @Test
    void theBrokenFileOfARunCanBeWrittenAnewFromItsForks() throws IOException {
        Path file = Files.writeString(Path.of(base, "results.json"), "");
        Files.createDirectories(Path.of(base, "forks"));
        CommandRun run = CommandRun.of("report", base);
        assertEquals(3, run.exitCode());
        assertEquals(
                "error: %s: expected an array of results at the start, found nothing. Give a file that JMH wrote with -rf json. This is a run, whose forks hold the results too: `bench --resume %s` writes the file anew.\n"
                        .formatted(file, base),
                run.err());
    }

    @Test
    void aFileWithoutResultsIsNoReport() throws IOException {
        CommandRun run = CommandRun.of("report", run("nothing"));
        assertEquals("", run.err());
        assertEquals(3, run.exitCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{\"benchmark\" : \"a.B.c\",| expected JSON at line 1, found text that is not"
                        + " (Unexpected end-of-input within/between Object entries)",
                "{\"a\":1}| expected an array of results at the start, found an object",
                "[{\"benchmark\":\"a.B.c\",\"mode\":\"ss\",\"threads\":1,\"primaryMetric\":{\"scoreUnit\":\"s/op\",\"rawData\":[[1]]}}]|"
                    + " expected an object of metrics at [0].secondaryMetrics, found nothing",
                "[{\"benchmark\":\"a.B.c\",\"mode\":\"ss\",\"threads\":1,\"primaryMetric\":{\"scoreUnit\":\"s/op\",\"rawData\":[[\"1.5\"]]}}]|"
                    + " expected a number or \"NaN\" at [0].primaryMetric.rawData[0][0], found"
                    + " text",
            })
    void aFileThatIsNotAsJmhWritesItIsRefused(String json, String complaint) throws IOException {
        Path file = Files.writeString(temporary.resolve("broken.json"), json);
        String message =
                "%s: %s. Give a file that JMH wrote with -rf json."
                        .formatted(file, complaint.strip());
        assertCouldNotRun(message, "report", file.toString());
        assertCouldNotRun(message, "compare", base, file.toString());
    }

    @Test
    void olderFilesAreRead() throws IOException {
        // JMH up to 1.35 set a dot before a profiler's metric
        String old =
                run(
                        "old",
                        step("static", 100)
                                .secondary(
                                        "\u00b7gc.alloc.rate.norm",
                                        "B/op",
                                        "[[16],[16],[16],[16]]"));
        String now =
                run(
                        "now",
                        step("static", 100)
                                .secondary("gc.alloc.rate.norm", "B/op", "[[32],[32],[32],[32]]"));
        CommandRun run = compare("--metric", "gc.alloc.rate.norm", old, now);
        // 4 forks apart: p = 2/70
        assertTrue(
                run.out()
                        .contains(
                                "tg @ d 64, static, gc.alloc.rate.norm: now is 100.0% more,"
                                        + " from 16 B to 32 B."),
                run.out());
    }

    @Test
    void aHistogramOfSampleTimeIsReadByItsMeans() throws IOException {
        // Two forks of one iteration: (1 x 3 + 5 x 1) / 4 = 2 us and 4 us
        Path file =
                Files.writeString(
                        temporary.resolve("sample.json"),
                        """
                        [{"benchmark":"a.B.c","mode":"sample","threads":1,"params":{"strategy":"static"},
                        "primaryMetric":{"score":3,"scoreUnit":"us/op",
                        "rawDataHistogram":[[[[1.0,3],[5.0,1]]],[[[4.0,7]]]]},"secondaryMetrics":{}}]
                        """);
        CommandRun run = CommandRun.of("report", file.toString(), "--format", "csv");
        assertTrue(
                run.out()
                        .contains(
                                "\n"
                                        + "\"Time, lower is better\",B.c | us,static"
                                        + " (baseline),3.0E-6,3.00 +-33.3%,,NaN,NaN,NaN,NaN\n"),
                run.out());
    }

    @Test
    void aBrokenFileOfTurnsOrTokensIsAWarningOfTheReport() throws IOException {
        Files.writeString(Path.of(base, "turns.csv"), "a,b\n1\n");
        CommandRun run = CommandRun.of("report", base, "--format", "json");
        assertEquals(0, run.exitCode());
        JsonNode warnings = new JsonMapper().readTree(run.out()).path("warnings");
        assertEquals(2, warnings.size(), warnings::toString);
        assertEquals(
                "%s: expected the turns as this suite writes them, found line 2 with 1 fields where the head has 2. Remove the file to see the rest."
                        .formatted(Path.of(base, "turns.csv")),
                warnings.get(1).asText());
    }

    @Test
    void brokenTokensAreAWarningOfTheReport() throws IOException {
        Files.writeString(
                Path.of(base, "turns.csv"),
                "benchmark,strategy,turns,turn,fork,success,generationMillis\n"
                        + "ConversationBenchmark.converse,static,1,1,1,true,5\n");
        Files.writeString(Path.of(base, "tokens.jsonl"), "{\"nanos\": [1, ");
        CommandRun run = CommandRun.of("report", base, "--format", "json");
        assertEquals(0, run.exitCode());
        JsonNode warnings = new JsonMapper().readTree(run.out()).path("warnings");
        assertEquals(2, warnings.size(), warnings::toString);
        assertTrue(
                warnings.get(1)
                        .asText()
                        .startsWith(
                                Path.of(base, "tokens.jsonl")
                                        + ": expected a JSON object of a turn in line 1, found "),
                warnings::toString);
    }

    @Test
    void aFilterThatNoResultPassesIsRefused() throws IOException {
        String other = step("dynamic", 100).toString().replace("DecodeStep", "Prefill");
        Path file = temporary.resolve("other.json");
        Files.writeString(file, "[" + other + "," + step("static", 100) + "]");
        assertWrongUse(
                "--filter: expected a filter that some result passes, found that none passes"
                        + " [Prefill, strategy=static]. A benchmark's name may be given in part, a"
                        + " parameter's value must be whole.",
                "compare",
                base,
                file.toString(),
                "--filter",
                "Prefill",
                "--filter",
                "strategy=static");
    }

    @Test
    void runsWithoutATestInCommonCouldNotBeCompared() throws IOException {
        CommandRun run =
                compare(
                        "base=" + base,
                        "cand=" + run("deeper", step("static", 100).param("depth", 128)));
        assertEquals(3, run.exitCode());
        assertTrue(
                run.out()
                        .contains(
                                "\nNo test is in both: they differ in depth. Of 2 comparisons: 1"
                                        + " only in baseline, 1 only in candidate.\n"),
                run.out());
    }

    @Test
    void aMetricIsCalledAsTablesCallItToo() throws IOException {
        String held = run("held", memory(1));
        assertTrue(
                compare(held, run("other", memory(2)), "--metric", "kv HELD")
                        .out()
                        .contains("\nOf 1 comparison: 1 with more memory.\n"));
    }

    @Test
    void aMetricThatIsNamedTwiceIsComparedOnce() {
        assertTrue(
                compare(base, slower, "--metric", "time,time")
                        .out()
                        .contains("\nOf 1 comparison: 1 slower.\n"));
    }

    @Test
    void oneFileWithoutStrategiesNeedsAnother() throws IOException {
        Path file =
                Files.writeString(
                        temporary.resolve("one.json"),
                        JmhJson.file(new JmhJson("a.B.c", "avgt").param("n", 1)));
        assertWrongUse(
                "expected a second run to compare with, or --by PARAMETER, since these results have"
                        + " no strategies; found one run.",
                "compare",
                file.toString());
    }

    // ---- Forms ----

    @Test
    void everyFormIsPrintedAndNothingIsWritten() throws IOException {
        assertTrue(CommandRun.of("report", base, "--format", "md").out().startsWith("# KV cache"));
        assertTrue(
                CommandRun.of("report", base, "--format", "html")
                        .out()
                        .startsWith("<!DOCTYPE html>"));
        JsonNode json = new JsonMapper().readTree(compare(base, slower, "--format", "json").out());
        assertEquals("Comparison by run: slower against base", json.path("title").asText());
        assertFalse(Files.exists(Path.of(base, "report.html")));
    }

    @Test
    void aComparisonIsWrittenWhereItIsAskedFor() {
        Path out = temporary.resolve("made/here");
        CommandRun run = compare(base, slower, "--out", out.toString());
        assertEquals(0, run.exitCode());
        assertEquals("report: " + out.resolve("compare.html") + "\n", run.err());
        assertTrue(Files.exists(out.resolve("compare.md")));
        assertTrue(Files.exists(out.resolve("compare-charts/ratios-varying.svg")));
    }

    @Test
    void aPlaceThatCannotBeMadeIsRefused() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");
        String message =
                "--out: expected a folder, or a place to make one, found"
                        + " java.nio.file.FileAlreadyExistsException: %s.".formatted(file);
        CommandRun run = compare(base, slower, "--out", file.toString());
        assertEquals("error: " + message + System.lineSeparator(), run.err());
        assertEquals(2, run.exitCode());
    }

    private static JmhJson step(String strategy, int micros) {
        return new JmhJson("kvbench.bench.DecodeStepBenchmark.step", "avgt")
                .param("strategy", strategy)
                .param("depth", 64)
                .primary("us/op", "[[%1$d],[%1$d],[%1$d],[%1$d],[%1$d],[%1$d]]".formatted(micros));
    }

    private static JmhJson memory(int bytes) {
        return step("static", 100).secondary("kv.held", "B", "[[%d]]".formatted(bytes));
    }

    private String run(String name, JmhJson... results) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve(name));
        Files.writeString(folder.resolve("results.json"), JmhJson.file(results));
        return folder.toString();
    }

    private static CommandRun compare(String... words) {
        var all = new ArrayList<>(List.of("compare"));
        all.addAll(List.of(words));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static void assertExit(int exitCode, String err, CommandRun run) {
        assertAll(
                () -> assertEquals(err, run.err().replace(System.lineSeparator(), "\n")),
                () -> assertEquals(exitCode, run.exitCode()));
    }

    private static void assertWrongUse(String message, String... words) {
        assertExit(2, "error: " + message + "\n", CommandRun.of(words));
    }

    private static void assertCouldNotRun(String message, String... words) {
        assertExit(3, "error: " + message + "\n", CommandRun.of(words));
    }
}
