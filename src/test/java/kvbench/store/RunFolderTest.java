package kvbench.store;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;

import kvbench.bench.TurnLog;
import kvbench.context.RunContext;
import kvbench.model.InputException;
import kvbench.results.FailedArm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;

class RunFolderTest {
    @TempDir Path temporary;

    @Test
    void isNamedByTimeCommitAndLabel() throws IOException {
        Path parent = temporary.resolve("some").resolve("runs");
        RunFolder known = RunFolder.create(parent, "first", Runs.context(Runs.COMMIT), Runs.plan());
        RunFolder unknown =
                RunFolder.create(
                        parent,
                        "a.b_c-1",
                        Runs.context("unknown: git could not be run"),
                        Runs.plan());
        assertAll(
                () -> assertName("\\d{8}T\\d{6}Z-01234567-first", known),
                () -> assertName("\\d{8}T\\d{6}Z-nocommit-a\\.b_c-1", unknown),
                () ->
                        assertEquals(
                                List.of(
                                        "context.json",
                                        "lock",
                                        "outcomes.json",
                                        "reserve",
                                        "results.json",
                                        "schedule.json",
                                        "tokens.jsonl",
                                        "turns.csv"),
                                contents(known.path())),
                () ->
                        assertEquals(
                                Runs.context(Runs.COMMIT),
                                RunContext.read(known.path().resolve("context.json"))));
    }

    private static void assertName(String pattern, RunFolder folder) {
        String name = folder.path().getFileName().toString();
        assertTrue(name.matches(pattern), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "..\\x", "é", "x\n"})
    void refusesALabelThatIsNoFileName(String label) throws IOException {
        var complaint = assertThrows(InputException.class, () -> create(label));
        assertEquals(
                "--label: expected up to 64 letters, digits, dots, hyphens or underscores, found \"%s\"."
                        .formatted(label),
                complaint.getMessage());
        assertTrue(complaint.isWrongUse());
        assertEquals(List.of(), contents(temporary));
    }

    @Test
    void saysWhereNoFolderCanBeMade() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");
        var complaint =
                assertThrows(
                        InputException.class,
                        () ->
                                RunFolder.create(
                                        file, "run", Runs.context(Runs.COMMIT), Runs.plan()));
        assertTrue(
                complaint
                        .getMessage()
                        .endsWith(
                                "-01234567-run: expected to make the run's folder there, with"
                                        + " 4,194,304 bytes set aside for a full disk, found that"
                                        + " it cannot be made (java.nio.file"
                                        + ".FileAlreadyExistsException: "
                                        + file
                                        + "). Name another parent with --out DIR."),
                complaint.getMessage());
        assertFalse(complaint.isWrongUse());
    }

    /** What cannot be written stands for a disk without room for it. */
    @Test
    void leavesNothingOfARunThatCannotBegin() throws IOException {
        var params = new HashMap<String, String>();
        params.put(null, "no name in JSON");
        RunPlan unwritable =
                Runs.plan(
                        List.of(new PlannedCell(0, Runs.BENCHMARK, params, 1, 1)),
                        List.of(new ForkRun(0, 1)));
        assertThrows(
                InputException.class,
                () -> RunFolder.create(temporary, "run", Runs.context(Runs.COMMIT), unwritable));
        assertEquals(List.of(), contents(temporary));
    }

    /** In this very process too: a gate that is shut, or a broken record, keeps nobody out. */
    @Test
    void aRunThatCouldNotBeOpenedIsNotLocked() throws IOException {
        RunFolder folder = create("run");
        Runs.measure(folder, 0, 1, 5);
        folder.unlock();
        Path record = folder.forks().complete(new ForkRun(0, 1)).resolve(ForkRecord.FILE_NAME);
        byte[] whole = Files.readAllBytes(record);
        Files.write(record, Arrays.copyOf(whole, 100));
        assertThrows(InputException.class, () -> RunFolder.resume(folder.path()));
        Files.write(record, whole);
        RunFolder.resume(folder.path()).finish();
    }

    /** What a failed attempt tells is what is on the disk. */
    @Test
    void countsAForkAsKeptOnlyWhenItIs() throws IOException {
        RunFolder folder = create("run");
        ForkRun run = new ForkRun(0, 1);
        Path fork = folder.begin(run);
        Files.createDirectories(folder.forks().complete(run).resolve("in the way"));
        var complaint =
                assertThrows(
                        InputException.class,
                        () -> folder.keep(run, fork, Runs.result("none", 1, 5)));
        assertTrue(
                complaint.getMessage().contains("is kept: 0 of 4 forks"), complaint.getMessage());
        assertEquals(4, folder.missing().size());
    }

    /** What JMH writes of a run of two forks, and what is composed of two runs of one. */
    @Test
    void composesWhatJmhWouldHaveWrittenOfAllForksAtOnce() throws IOException {
        RunFolder folder = create("run");
        Runs.measure(folder, 1, 1, 40);
        Runs.measure(folder, 0, 1, 10);
        Runs.measure(folder, 1, 2, 20);
        Runs.measure(folder, 0, 2, 30);
        var none = Runs.params("none", 2, List.of("-Xmx1g"));
        var fixed = Runs.params("static", 2, List.of("-Xmx1g"));
        String expected =
                json(
                        new RunResult(
                                none,
                                List.of(Runs.result("none", 1, 10), Runs.result("none", 2, 30))),
                        new RunResult(
                                fixed,
                                List.of(
                                        Runs.result("static", 1, 40),
                                        Runs.result("static", 2, 20))));
        assertEquals(expected, Files.readString(folder.path().resolve("results.json")));
        assertEquals(List.of(), folder.missing());
    }

    private static String json(RunResult... results) {
        var json = new ByteArrayOutputStream();
        try (var out = new PrintStream(json, false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(List.of(results));
        }
        return json.toString(StandardCharsets.UTF_8);
    }

    @Test
    void goesOnWithWhatIsMissingAndGivesTheSameFiles() throws IOException {
        RunFolder whole = create("whole");
        for (ForkRun run : whole.plan().order()) {
            Runs.measure(whole, run.cell(), run.fork(), 10 * run.cell() + run.fork());
        }
        RunFolder stopped = create("stopped");
        ForkRun first = stopped.missing().getFirst();
        Runs.measure(stopped, first.cell(), first.fork(), 10 * first.cell() + first.fork());
        // The second fork was running when everything was killed.
        ForkRun second = stopped.missing().getFirst();
        Runs.writeTurns(stopped.begin(second), second.fork(), "half", 1);

        RunFolder resumed = RunFolder.open(stopped.path());
        assertEquals(whole.plan().order().subList(1, 4), resumed.missing());
        for (ForkRun run : resumed.missing()) {
            Runs.measure(resumed, run.cell(), run.fork(), 10 * run.cell() + run.fork());
        }
        for (String file : List.of("results.json", "turns.csv", "tokens.jsonl", "outcomes.json")) {
            assertEquals(
                    Files.readString(whole.path().resolve(file)),
                    Files.readString(resumed.path().resolve(file)),
                    file);
        }
        assertTrue(
                Files.readString(whole.path().resolve("turns.csv")).contains("fork 2"),
                "the turns of all forks are there");
    }

    @Test
    void putsAForkThatWasInterruptedAsideInsteadOfMixingItIn() throws IOException {
        RunFolder folder = create("run");
        ForkRun run = folder.missing().getFirst();
        Files.writeString(folder.begin(run).resolve("turns.csv"), "half");
        Path again = RunFolder.open(folder.path()).begin(run);
        assertEquals(List.of(), contents(again));
        assertEquals(
                List.of(
                        "0002-ConversationBenchmark-static-1.interrupted-1",
                        "0002-ConversationBenchmark-static-1.running"),
                contents(folder.path().resolve("forks")));
    }

    @Test
    void aForkThatDiedIsARowForEachOfItsTurns() throws IOException {
        RunFolder folder = create("run");
        ForkRun run = new ForkRun(1, 2);
        Path fork = folder.begin(run);
        Runs.writeTurns(fork, 2, "measured before", 1);
        folder.fail(run, fork, "exit code 137");
        List<String> rows = Files.readAllLines(folder.path().resolve("turns.csv"));
        assertEquals(3, rows.size(), rows::toString);
        assertTrue(rows.get(1).endsWith(",true,measured before"), rows.get(1));
        assertEquals(
                "ConversationBenchmark.converse,static,,2,,,,,,,,,,2,1,2,"
                        + "NaN,".repeat(rows.get(0).split(",").length - 20)
                        + "none,NaN,false,exit code 137",
                rows.get(2));
        assertEquals(
                List.of(
                        new FailedArm(
                                Runs.BENCHMARK,
                                Runs.cell(1, "static").params(),
                                2,
                                1,
                                1,
                                "exit code 137")),
                folder.failures());
        assertEquals(4, folder.missing().size(), "a fork that failed is tried again");
    }

    /** A full disk or a kill may cut a file at any byte, its head included. */
    @Test
    void aForkThatDiedBeforeItsFirstLineStopsNoOther() throws IOException {
        String header = TurnLog.header();
        for (String left : List.of("", header.substring(0, 10), header)) {
            RunFolder folder = create("run");
            ForkRun run = new ForkRun(1, 2);
            Path fork = folder.begin(run);
            Files.writeString(fork.resolve("turns.csv"), left);
            folder.fail(run, fork, "killed");
            Runs.measure(folder, 0, 1, 5);
            folder.finish();
            RunFolder resumed = RunFolder.resume(folder.path());
            assertEquals(3, resumed.missing().size());
            resumed.finish();
            assertEquals(2, folder.failures().getFirst().lostTurns());
        }
    }

    /** Half of a character, half of a quoted field, or what a disk made of a block. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ConversationBenchmark.converse,static,\u00c3",
                "x,\"first line\nsecond",
                "x,\"first line\nsecond\n",
                "too,few\n",
                "\u0000\u0000\u00ff\n"
            })
    void theTornEndOfAForkThatDiedStopsNoOther(String tail) throws IOException {
        RunFolder folder = create("run");
        ForkRun run = new ForkRun(1, 2);
        Path fork = folder.begin(run);
        Runs.writeTurns(fork, 2, "measured before", 1);
        for (String file : List.of("turns.csv", "tokens.jsonl")) {
            Files.write(
                    fork.resolve(file),
                    tail.getBytes(StandardCharsets.ISO_8859_1),
                    StandardOpenOption.APPEND);
        }
        folder.fail(run, fork, "killed");
        Runs.measure(folder, 0, 1, 5);
        folder.finish();
        RunFolder resumed = RunFolder.resume(folder.path());
        assertEquals(3, resumed.missing().size());
        assertEquals(1, resumed.failures().getFirst().succeededTurns());
        resumed.finish();
        assertEquals(
                List.of("{\"fork\":1}", "{\"fork\":1}", "{\"fork\":2}"),
                Files.readAllLines(folder.path().resolve("tokens.jsonl")));
        assertEquals(5, Files.readAllLines(folder.path().resolve("turns.csv")).size());
    }

    @Test
    void refusesACompleteForkWithoutAllItsTokens() throws IOException {
        RunFolder folder = create("run");
        Runs.measure(folder, 0, 1, 5);
        Path tokens = folder.forks().complete(new ForkRun(0, 1)).resolve("tokens.jsonl");
        String all = Files.readString(tokens);
        for (String left : List.of("", all.substring(0, all.length() - 1))) {
            Files.writeString(tokens, left);
            assertEquals(
                    "%s: expected 2 turns of a fork that is complete, found %d. Move the folder %s away and have the fork measured again with `bench --resume`."
                            .formatted(tokens, left.isEmpty() ? 0 : 1, tokens.getParent()),
                    assertThrows(InputException.class, folder::compose).getMessage());
        }
        Files.delete(tokens);
        assertThrows(InputException.class, folder::compose);
    }

    @Test
    void aCellThatIsNotMeasuredKeepsWhatItsForksLeft() throws IOException {
        RunFolder folder = create("run");
        Runs.measure(folder, 0, 1, 5);
        ForkRun died = new ForkRun(0, 2);
        Path fork = folder.begin(died);
        Runs.writeTurns(fork, 2, "measured before", 1);
        folder.fail(died, fork, "killed");
        List<String> before = Files.readAllLines(folder.path().resolve("turns.csv"));
        folder.fail(folder.plan().cells().getFirst(), "not measured, since the gate failed");
        assertEquals(before, Files.readAllLines(folder.path().resolve("turns.csv")));
        assertEquals(1, folder.failures().getFirst().succeededTurns());
        assertEquals(
                List.of(
                        "0001-ConversationBenchmark-none-1",
                        "0001-ConversationBenchmark-none-2.failed"),
                contents(folder.path().resolve("forks")));
        folder.fail(folder.plan().cells().getLast(), "not measured, since the gate failed");
        assertEquals(3, folder.failures().size(), "forks that left nothing");
    }

    @Test
    void aForkThatSucceedsAtLastHasNotFailed() {
        RunFolder folder = create("run");
        ForkRun run = new ForkRun(1, 1);
        folder.fail(run, folder.begin(run), "killed");
        folder.fail(run, folder.begin(run), "killed again");
        RunFolder resumed = RunFolder.open(folder.path());
        assertEquals("killed again", resumed.failures().getFirst().reason());
        Runs.measure(resumed, 1, 1, 5);
        assertEquals(List.of(), resumed.failures());
        assertTrue(
                Files.exists(
                        folder.path()
                                .resolve("forks/0002-ConversationBenchmark-static-1.failed-1")),
                "what failed before is kept");
    }

    @Test
    void saysWhatIsStillToCome() throws IOException {
        RunFolder folder = create("run");
        Runs.measure(folder, 0, 1, 5);
        ForkRun died = new ForkRun(1, 2);
        folder.fail(died, folder.begin(died), "killed");
        var outcomes = new ObjectMapper().readTree(folder.path().resolve("outcomes.json").toFile());
        assertEquals(
                "[{\"benchmark\":\"%1$s\",\"params\":{\"strategy\":\"none\",\"turns\":\"2\"},\"missing\":1,\"forks\":2},{\"benchmark\":\"%1$s\",\"params\":{\"strategy\":\"static\",\"turns\":\"2\"},\"missing\":1,\"forks\":2}]"
                        .formatted(Runs.BENCHMARK),
                outcomes.path("unfinished")
                        .toString()
                        .replace(
                                "{\"turns\":\"2\",\"strategy\":\"none\"}",
                                "{\"strategy\":\"none\",\"turns\":\"2\"}")
                        .replace(
                                "{\"turns\":\"2\",\"strategy\":\"static\"}",
                                "{\"strategy\":\"static\",\"turns\":\"2\"}"));
    }

    /** A file that was written over in place would change under the reader. */
    @Test
    void replacesResultsInOnePiece() throws IOException {
        RunFolder folder = create("run");
        Path results = folder.path().resolve("results.json");
        Runs.measure(folder, 0, 1, 5);
        String before = Files.readString(results);
        try (InputStream reader = Files.newInputStream(results)) {
            Runs.measure(folder, 0, 2, 6);
            assertEquals(before, new String(reader.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void givesUpItsReserveBeforeItGivesUp() throws IOException {
        RunFolder folder = create("run");
        Runs.measure(folder, 0, 1, 5);
        Path results = folder.path().resolve("results.json");
        String before = Files.readString(results);
        Path partial = Files.createDirectory(folder.path().resolve("results.json.part"));
        var complaint = assertThrows(InputException.class, () -> Runs.measure(folder, 0, 2, 6));
        assertEquals(
                "%1$s: expected to write what was measured there, found that it cannot be (java.nio.file.FileSystemException: %2$s: Is a directory; N bytes are free, and each fork sets 4,194,304 aside first). What was measured is kept: 2 of 4 forks. Mend that, then go on with `bench --resume %1$s`."
                        .formatted(folder.path(), partial),
                complaint.getMessage().replaceFirst("[\\d,]+ bytes are free", "N bytes are free"));
        assertEquals(before, Files.readString(results));
        assertFalse(Files.exists(folder.path().resolve("reserve")), "the reserve is given up");

        Files.delete(partial);
        RunFolder resumed = RunFolder.open(folder.path());
        assertEquals(2, resumed.missing().size(), "the fork itself was kept");
    }

    @Test
    void tellsThatItsContextIsMissing() throws IOException {
        RunFolder folder = create("run");
        Path context = folder.path().resolve("context.json");
        Files.delete(context);
        assertEquals(
                "%s: expected what the run was measured on, found no such file. Nothing can be added to the run without it: copy it from where the run was measured, or begin a new run."
                        .formatted(context),
                assertThrows(InputException.class, folder::context).getMessage());
    }

    @Test
    void refusesAFolderThatIsNoRun() {
        var none =
                assertThrows(
                        InputException.class, () -> RunFolder.open(temporary.resolve("nowhere")));
        assertEquals(
                "%s: expected the folder of a run, found none. `ls jmh-results` lists the runs, unless they were made elsewhere with --out."
                        .formatted(temporary.resolve("nowhere")),
                none.getMessage());
        var empty = assertThrows(InputException.class, () -> RunFolder.open(temporary));
        assertEquals(
                "%s: expected the folder of a run, found no schedule.json in it. Name a folder that `bench` or `merge` made."
                        .formatted(temporary),
                empty.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "nonsense",
                "{\"schemaVersion\": 99}",
                "{\"schemaVersion\":1,\"words\":[],\"repeatArms\":[],\"shard\":\"1/1\",\"seed\":1,\"cells\":[],\"order\":[{\"cell\":5,\"fork\":1}],\"vetoed\":[],\"mergedFrom\":[]}",
                "{\"schemaVersion\":1,\"words\":null,\"repeatArms\":[],\"shard\":\"1/1\",\"seed\":1,\"cells\":[],\"order\":[],\"vetoed\":[],\"mergedFrom\":[]}"
            })
    void refusesAScheduleThatIsNone(String schedule) throws IOException {
        RunFolder folder = create("run");
        Files.writeString(folder.path().resolve("schedule.json"), schedule);
        var complaint = assertThrows(InputException.class, () -> RunFolder.open(folder.path()));
        assertTrue(
                complaint.getMessage().contains(": expected the schedule of a run, version 1"),
                complaint.getMessage());
    }

    @Test
    void refusesABrokenRecordAndSaysHowToGoOn() throws IOException {
        RunFolder folder = create("run");
        Runs.measure(folder, 0, 1, 5);
        Path fork = folder.path().resolve("forks/0001-ConversationBenchmark-none-1");
        byte[] record = Files.readAllBytes(fork.resolve("result.jmh"));
        Files.write(fork.resolve("result.jmh"), Arrays.copyOf(record, 100));
        var complaint = assertThrows(InputException.class, () -> RunFolder.open(folder.path()));
        assertTrue(
                complaint
                        .getMessage()
                        .endsWith(
                                "Remove the folder "
                                        + fork
                                        + " and have the fork measured again with `bench"
                                        + " --resume`."),
                complaint.getMessage());
    }

    private RunFolder create(String label) {
        return RunFolder.create(temporary, label, Runs.context(Runs.COMMIT), Runs.plan());
    }

    private static List<String> contents(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
