package kvbench.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import kvbench.bench.TurnLog;
import kvbench.context.RunContext;
import kvbench.context.SomeContext;
import kvbench.document.Document;
import kvbench.document.TextPage;
import kvbench.model.InputException;
import kvbench.report.Report;
import kvbench.results.Run;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.runner.options.TimeValue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class RunMergerTest {
    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

    @TempDir Path temporary;

    @Test
    void joinsShardsInTheOrderOfTheMatrix() throws IOException {
        RunFolder second = shard("second", 1, "dynamic", SomeContext.quiet());
        RunFolder first = shard("first", 0, "none", SomeContext.quiet());
        RunFolder third = shard("third", 2, "static", SomeContext.quiet());
        RunFolder merged = merge(second, third, first);
        assertEquals(List.of("none", "dynamic", "static"), strategies(merged));
        assertEquals(List.of(), merged.missing());
        assertEquals(
                List.of("second", "third", "first"),
                merged.plan().mergedFrom().stream()
                        .map(name -> name.replaceFirst(".*-", ""))
                        .toList());
        assertTrue(
                Files.exists(
                        merged.path().resolve("3-" + first.path().getFileName() + ".context.json")),
                "each run's context goes along");
    }

    @Test
    void numbersTheForksOfACellThatTwoRunsMeasured() throws IOException {
        RunFolder first = shard("first", 0, "none", SomeContext.quiet());
        RunFolder second = shard("second", 0, "none", SomeContext.quiet(), 10);
        RunFolder merged = merge(first, second);
        JsonNode result =
                new ObjectMapper().readTree(merged.path().resolve("results.json").toFile()).get(0);
        assertEquals(4, result.path("forks").asInt());
        assertEquals(
                "[[1.0,2.0],[2.0,3.0],[11.0,12.0],[12.0,13.0]]",
                result.at("/primaryMetric/rawData").toString());
        var forks = new ArrayList<String>();
        List<String> rows = Files.readAllLines(merged.path().resolve("turns.csv"));
        rows.stream().skip(1).forEach(row -> forks.add(row.split(",")[13]));
        assertEquals(List.of("1", "1", "2", "2", "3", "3", "4", "4"), forks);
        assertEquals(
                List.of(1, 1, 2, 2, 3, 3, 4, 4).stream()
                        .map(fork -> "{\"fork\":" + fork + "}")
                        .toList(),
                Files.readAllLines(merged.path().resolve("tokens.jsonl")));
    }

    @Test
    void keepsFailuresAndWhatIsToCome() {
        RunFolder first = create("first", 0, "none", SomeContext.quiet());
        ForkRun died = new ForkRun(0, 2);
        first.fail(died, first.begin(died), "killed");
        RunFolder second = shard("second", 1, "static", SomeContext.quiet());
        RunFolder merged = merge(first, second);
        assertEquals(2, merged.failures().getFirst().fork());
        assertEquals(List.of(new ForkRun(0, 1), new ForkRun(0, 2)), merged.missing());
    }

    @Test
    void refusesRunsOfDifferentMachinesAndSaysWhatDiffers() {
        RunFolder here = shard("here", 0, "none", SomeContext.quiet());
        RunFolder there =
                shard("there", 1, "static", SomeContext.with("/cpu/model", "\"Another CPU\""));
        String message = assertThrows(InputException.class, () -> merge(here, there)).getMessage();
        assertEquals(
                """
                %s and %s: expected runs that were measured alike, found differences. Give runs of one machine, suite and model, with the same options.
                  cpu.model: Some CPU against Another CPU\
                """
                        .formatted(here.path(), there.path()),
                message);
    }

    @Test
    void refusesASingleRunAndTheSameTwice() {
        RunFolder run = shard("run", 0, "none", SomeContext.quiet());
        for (List<Path> runs : List.of(List.of(run.path()), List.of(run.path(), run.path()))) {
            var complaint =
                    assertThrows(
                            InputException.class,
                            () -> RunMerger.merge(runs, temporary, "merged", NOWHERE));
            assertTrue(
                    complaint
                            .getMessage()
                            .startsWith(
                                    "expected two runs or more, each named once, found "
                                            + run.path()),
                    complaint.getMessage());
        }
    }

    @Test
    void namesTheForkThatLacksATurnByItsOwnFolder() throws IOException {
        RunFolder first = shard("first", 0, "none", SomeContext.quiet());
        RunFolder second = shard("second", 1, "static", SomeContext.quiet());
        Path fork = second.forks().complete(new ForkRun(1, 1));
        for (String file : List.of("turns.csv", "tokens.jsonl")) {
            String all = Files.readString(fork.resolve(file));
            Files.writeString(fork.resolve(file), all.substring(0, all.length() - 1));
            String message =
                    assertThrows(InputException.class, () -> merge(first, second)).getMessage();
            assertTrue(
                    message.startsWith(fork.resolve(file) + ": expected 2 turns of a fork"),
                    message);
            Files.writeString(fork.resolve(file), all);
        }
    }

    /** As {@code kill -9} leaves it between a fork's result and its name. */
    @Test
    void refusesARunThatHasAForkToAdopt() throws IOException {
        RunFolder first = shard("first", 0, "none", SomeContext.quiet());
        RunFolder second = shard("second", 1, "static", SomeContext.quiet());
        Path complete = second.forks().complete(new ForkRun(1, 2));
        Files.move(complete, complete.resolveSibling(complete.getFileName() + ".running"));
        String message =
                assertThrows(InputException.class, () -> merge(first, second)).getMessage();
        assertTrue(message.contains("`bench --resume " + second.path() + "`"), message);
        RunFolder.resume(second.path()).finish();
        assertEquals(List.of(), merge(first, second).missing());
    }

    @Test
    void mergesAForkThatDiedWithinALine() throws IOException {
        RunFolder first = create("first", 0, "none", SomeContext.quiet());
        ForkRun died = new ForkRun(0, 2);
        Path fork = first.begin(died);
        Runs.writeTurns(fork, 2, "measured before", 1);
        for (String file : List.of("turns.csv", "tokens.jsonl")) {
            Files.writeString(fork.resolve(file), "{\"cut\nagain", StandardOpenOption.APPEND);
        }
        first.fail(died, fork, "killed");
        RunFolder merged = merge(first, shard("second", 1, "static", SomeContext.quiet()));
        assertEquals(1, merged.failures().getFirst().succeededTurns());
    }

    @Test
    void refusesAForkThatIsInTwoRuns() {
        RunFolder first = shard("first", 0, "none", SomeContext.quiet());
        RunFolder second = shard("second", 1, "static", SomeContext.quiet());
        RunFolder merged = merge(first, second);
        assertEquals(
                "%s and %s: expected each fork in one of the runs, found the same measurement in both. Leave out a run that is a copy, or that was merged from another given."
                        .formatted(
                                record(first, new ForkRun(0, 1)),
                                record(merged, new ForkRun(0, 1))),
                assertThrows(InputException.class, () -> merge(first, merged)).getMessage());
    }

    /** Failures have no digest of a measurement: the runs themselves are told apart. */
    @Test
    void refusesACopyOfARunOfWhichNoForkSucceeded() throws IOException {
        RunFolder dead = create("dead", 0, "none", SomeContext.quiet());
        for (ForkRun fork : dead.plan().order()) {
            dead.fail(fork, dead.begin(fork), "killed");
        }
        dead.finish();
        RunFolder other = shard("other", 1, "static", SomeContext.quiet());
        RunFolder merged = merge(other, dead);
        Path copy = temporary.resolve("copy");
        copy(dead.path(), copy);
        for (Path again :
                List.of(
                        copy,
                        merged.path(),
                        merge(merged, shard("third", 2, "dynamic", SomeContext.quiet())).path())) {
            var complaint =
                    assertThrows(
                            InputException.class,
                            () ->
                                    RunMerger.merge(
                                            List.of(dead.path(), again),
                                            temporary,
                                            "merged",
                                            NOWHERE));
            assertEquals(
                    "%s and %s: expected runs of their own, found forks of the same run in both (begun dead on box, shard 1/1). Leave out a run that is a copy, or that was merged from another given."
                            .formatted(dead.path(), again),
                    complaint.getMessage());
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    @Test
    void refusesACellOfOtherTurnsEvenWhereItHasNoResult() {
        RunFolder measured = shard("measured", 0, "none", SomeContext.quiet());
        RunFolder begun =
                create(
                        "begun",
                        new PlannedCell(0, Runs.BENCHMARK, Runs.cell(0, "none").params(), 2, 6),
                        SomeContext.quiet());
        String message =
                assertThrows(InputException.class, () -> merge(measured, begun)).getMessage();
        assertTrue(message.endsWith("}: 2 turns of a fork, but 6"), message);
    }

    @Test
    void refusesAnExactArmOfOtherTokens() {
        RunFolder first = shard("first", 0, "none", SomeContext.quiet());
        RunFolder second =
                shard(
                        "second",
                        1,
                        "static",
                        SomeContext.with("/parity/0/outcome/tokensSha256", "\"t1\""));
        String message =
                assertThrows(InputException.class, () -> merge(first, second)).getMessage();
        assertTrue(
                message.endsWith("\n  parity tiny cpu 2 static: tokens t0 against tokens t1"),
                message);
    }

    @Test
    void tellsWhatDiffersAndMayBeJoined() {
        RunFolder first = shard("first", 0, "none", SomeContext.quiet());
        RunFolder second =
                shard("second", 1, "static", SomeContext.with("/host/kernel", "\"6.2\""));
        var out = new ByteArrayOutputStream();
        RunMerger.merge(
                List.of(first.path(), second.path()),
                temporary,
                "merged",
                new PrintStream(out, true, StandardCharsets.UTF_8));
        assertEquals(
                """
                differs between %1$s and %2$s: host.kernel: 6.1 against 6.2
                WARNING: kvbench.bench.ConversationBenchmark.converse {turns=2}: its arms are not all of the same runs, so that what differs between the runs may pass for a difference of strategies: none of %1$s, static of %2$s
                """
                        .formatted(first.path(), second.path()),
                out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void whatItWarnsOfStandsInTheReportWithTheRunsOfEachWarning() {
        RunFolder first = shard("first", 0, "none", SomeContext.quiet());
        RunFolder second =
                shard("second", 1, "static", SomeContext.with("/host/loadAverage", "6.5"));
        RunFolder merged = merge(first, second);
        Document report = Report.of(Run.read(merged.path()));
        assertEquals(
                List.of(
                        "kvbench.bench.ConversationBenchmark.converse {turns=2}: its arms are not all of the same runs, so that what differs between the runs may pass for a difference of strategies: none of %s, static of %s"
                                .formatted(first.path(), second.path()),
                        "all runs: model tiny: weights are random (seed 42): speed and memory are"
                                + " real, text is not",
                        "%s: the load was 6.50 on 2 cores as the run began: something else was running"
                                .formatted(second.path().getFileName())),
                report.warnings());
        assertTrue(
                TextPage.full(report)
                        .contains(
                                "Joined from %s: run of second, load 6.50\n"
                                        .formatted(second.path().getFileName())),
                TextPage.full(report));
    }

    /** More forks of every arm, and shards, of which each has whole comparisons. */
    @Test
    void warnsOfNoArmsThatWereMeasuredInTurn() {
        RunFolder first = arms("first", 2, "none", "static");
        RunFolder again = arms("again", 2, "none", "static");
        RunFolder shard = arms("shard", 5, "none", "static");
        assertEquals(List.of(), SpreadComparisons.of(List.of(first, again, shard)));
        RunFolder another = arms("another", 5, "dynamic");
        assertEquals(
                List.of(
                        "kvbench.bench.ConversationBenchmark.converse {turns=5}: its arms are not all of the same runs, so that what differs between the runs may pass for a difference of strategies: none of %1$s, static of %1$s, dynamic of %2$s"
                                .formatted(shard.path(), another.path())),
                SpreadComparisons.of(List.of(first, again, shard, another)));
    }

    private RunFolder arms(String label, int turns, String... strategies) {
        var cells = new ArrayList<PlannedCell>();
        var order = new ArrayList<ForkRun>();
        for (String strategy : strategies) {
            order.add(new ForkRun(cells.size(), 1));
            cells.add(
                    new PlannedCell(
                            cells.size(),
                            Runs.BENCHMARK,
                            Map.of("strategy", strategy, "turns", Integer.toString(turns)),
                            1,
                            turns));
        }
        return RunFolder.create(temporary, label, SomeContext.quiet(), Runs.plan(cells, order));
    }

    @Test
    void tellsOfSchedulesOnlyWhatDiffers() {
        RunFolder first = shard("first", 0, "none", SomeContext.quiet());
        RunFolder second = create("second", 1, "static", SomeContext.quiet());
        keep(
                second,
                params ->
                        Runs.params(
                                params,
                                Mode.AverageTime,
                                TimeValue.milliseconds(200),
                                List.of("-Xmx1g", "-XX:+UseZGC")));
        assertEquals(
                """
                %s and %s: expected runs that were measured alike, found differences. Give runs of one machine, suite and model, with the same options.
                  kvbench.bench.ConversationBenchmark.converse: measurement 2 x single-shot of batch size 1, but 2 x 200 ms of batch size 1; JVM options none, but -XX:+UseZGC\
                """
                        .formatted(first.path(), second.path()),
                assertThrows(InputException.class, () -> merge(first, second)).getMessage());
    }

    /** JMH passes on {@code -w} and {@code -r}, and makes nothing of them. */
    @Test
    void aSingleShotHasNoLengthThatCouldDiffer() {
        RunFolder first = create("first", 0, "none", SomeContext.quiet());
        RunFolder second = create("second", 1, "static", SomeContext.quiet());
        keep(
                first,
                params ->
                        Runs.params(
                                params, Mode.SingleShotTime, TimeValue.NONE, List.of("-Xmx1g")));
        keep(
                second,
                params ->
                        Runs.params(
                                params,
                                Mode.SingleShotTime,
                                TimeValue.milliseconds(200),
                                List.of("-Xmx1g")));
        assertEquals(List.of(), merge(first, second).missing());
    }

    /** Both forks of a run's only cell, measured as {@code params} says. */
    private static void keep(RunFolder run, Function<String, BenchmarkParams> params) {
        for (ForkRun fork : run.plan().order()) {
            Path running = run.begin(fork);
            Runs.writeTurns(running, fork.fork(), "fork", 2);
            BenchmarkParams measured = params.apply(run.plan().cell(fork).strategy());
            double millis = fork.fork() + 10 * fork.cell();
            run.keep(
                    fork,
                    running,
                    new BenchmarkResult(measured, List.of(Runs.iteration(measured, millis))));
        }
    }

    @Test
    void refusesARunThatIsBeingMeasured() throws IOException {
        RunFolder first = shard("first", 0, "none", SomeContext.quiet());
        RunFolder second = shard("second", 1, "static", SomeContext.quiet());
        RunFolder live = RunFolder.resume(second.path());
        assertEquals(
                "%s: expected a run that nobody measures, found that another process goes on with it. Wait until it has ended."
                        .formatted(second.path()),
                assertThrows(InputException.class, () -> merge(first, second)).getMessage());
        live.unlock();
        // As a killed run leaves it.
        Files.createFile(second.path().resolve("lock"));
        merge(first, second);
        RunFolder.resume(second.path()).finish();
    }

    @Test
    void keepsAllContextsOfItsRuns() throws IOException {
        RunFolder first = shard("first", 0, "none", SomeContext.quiet());
        first.resumed(SomeContext.quiet());
        RunFolder second = shard("second", 1, "static", SomeContext.quiet());
        RunFolder merged = merge(first, second);
        RunFolder all = merge(merged, shard("third", 2, "dynamic", SomeContext.quiet()));
        String one = "1-" + first.path().getFileName() + ".";
        String two = "2-" + second.path().getFileName() + ".";
        for (String name :
                List.of(
                        one + "context.json",
                        one + "context.resumed-1.json",
                        two + "context.json")) {
            assertTrue(Files.exists(merged.path().resolve(name)), name);
            String again = "1-" + merged.path().getFileName() + "." + name;
            assertTrue(Files.exists(all.path().resolve(again)), again);
        }
    }

    @Test
    void aMergedRunIsNotResumedAndStaysAsItIs() throws IOException {
        RunFolder merged =
                merge(
                        shard("first", 0, "none", SomeContext.quiet()),
                        shard("second", 1, "static", SomeContext.quiet()));
        Files.delete(merged.path().resolve("turns.csv"));
        var complaint = assertThrows(InputException.class, () -> RunFolder.resume(merged.path()));
        assertTrue(
                complaint
                        .getMessage()
                        .contains("expected a run that was measured, found one merged"),
                complaint.getMessage());
        assertTrue(Files.notExists(merged.path().resolve("turns.csv")), "nothing is rewritten");
        assertTrue(Files.notExists(merged.path().resolve("lock")));
    }

    private static Path record(RunFolder run, ForkRun fork) {
        return run.forks().complete(fork).resolve(ForkRecord.FILE_NAME);
    }

    @Test
    void leavesNothingHalfMerged() throws IOException {
        RunFolder first = shard("first", 0, "none", SomeContext.quiet());
        RunFolder second = shard("second", 1, "static", SomeContext.quiet());
        Files.writeString(
                second.forks().complete(new ForkRun(1, 1)).resolve("tokens.jsonl"), "{\n{}\n");
        assertThrows(InputException.class, () -> merge(first, second));
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(Set.of(first.path(), second.path()), left.collect(Collectors.toSet()));
        }
    }

    /** A link to itself stands for whatever stops the copying. */
    @Test
    void leavesNothingWhereTheCopyingFails() throws IOException {
        RunFolder first = shard("first", 0, "none", SomeContext.quiet());
        RunFolder second = shard("second", 1, "static", SomeContext.quiet());
        Path loop = second.path().resolve("context.resumed-1.json");
        Files.createSymbolicLink(loop, loop);
        assertThrows(InputException.class, () -> merge(first, second));
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(Set.of(first.path(), second.path()), left.collect(Collectors.toSet()));
        }
    }

    @Test
    void refusesWhatAForkCannotHaveWritten() throws IOException {
        RunFolder first = shard("first", 0, "none", SomeContext.quiet());
        RunFolder second = shard("second", 1, "static", SomeContext.quiet());
        Path fork = new ForkFolders(second.path(), second.plan()).complete(new ForkRun(1, 1));
        for (var broken :
                Map.of(
                                "[1]\n{}\n", "a line that is no JSON object",
                                "{\n{}\n", "a line that is no JSON")
                        .entrySet()) {
            Path tokens = Files.writeString(fork.resolve("tokens.jsonl"), broken.getKey());
            assertEquals(
                    "%s: expected what a fork measured as this version of the suite writes it, found %s. Move the folder %s away and have the fork measured again with `bench --resume`."
                            .formatted(tokens, broken.getValue(), fork),
                    assertThrows(InputException.class, () -> merge(first, second)).getMessage());
        }
        Files.writeString(fork.resolve("tokens.jsonl"), "{}\n{}\n");
        Path turns = fork.resolve("turns.csv");
        Files.writeString(turns, "no,head\n1,2\n");
        assertEquals(
                "%s: expected the turns of a fork as this version of the suite writes them, found another first line. Move the folder %s away and have the fork measured again with `bench --resume`."
                        .formatted(turns, fork),
                assertThrows(InputException.class, () -> merge(first, second)).getMessage());
        Files.writeString(turns, TurnLog.header() + "1,2\n");
        assertEquals(
                "%s: expected what a fork measured as this version of the suite writes it, found rows that are none (row 1 has not the columns of turns). Move the folder %s away and have the fork measured again with `bench --resume`."
                        .formatted(turns, fork),
                assertThrows(InputException.class, () -> merge(first, second)).getMessage());
    }

    private RunFolder merge(RunFolder... runs) {
        return RunMerger.merge(
                List.of(runs).stream().map(RunFolder::path).toList(), temporary, "merged", NOWHERE);
    }

    private RunFolder create(String label, int index, String strategy, RunContext context) {
        return create(label, Runs.cell(index, strategy), context);
    }

    /** Nobody measures into it, and it began at a time of its own. */
    private RunFolder create(String label, PlannedCell cell, RunContext context) {
        RunFolder folder =
                RunFolder.create(
                        temporary,
                        label,
                        SomeContext.with(context, "/utc", "\"%s\"".formatted(label)),
                        Runs.plan(
                                List.of(cell),
                                List.of(
                                        new ForkRun(cell.index(), 2),
                                        new ForkRun(cell.index(), 1))));
        folder.finish();
        return folder;
    }

    /** A run of both forks of one cell. */
    private RunFolder shard(String label, int index, String strategy, RunContext context) {
        return shard(label, index, strategy, context, 0);
    }

    /** Both forks of one cell, the times longer by {@code millis}. */
    private RunFolder shard(
            String label, int index, String strategy, RunContext context, int millis) {
        RunFolder folder = create(label, index, strategy, context);
        for (int fork = 1; fork <= 2; fork++) {
            Runs.measure(folder, index, fork, fork + millis);
        }
        return folder;
    }

    private static List<String> strategies(RunFolder run) throws IOException {
        var strategies = new ArrayList<String>();
        new ObjectMapper()
                .readTree(run.path().resolve("results.json").toFile())
                .forEach(result -> strategies.add(result.at("/params/strategy").asText()));
        return strategies;
    }
}
