package kvbench.suite;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import kvbench.context.RunContext;
import kvbench.matrix.RunRequest;
import kvbench.matrix.Shard;
import kvbench.model.InputException;
import kvbench.reference.TinyFolder;
import kvbench.store.ForkRun;
import kvbench.store.RunMerger;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whole runs, forks and all, on a model so small that starting the forks is what takes time. */
class SuiteTest {
    /** Those of its columns that neither the clock nor the machine's memory moves. */
    private static final List<String> COLUMNS =
            List.of(
                    "benchmark",
                    "strategy",
                    "scenario",
                    "turns",
                    "tokenBudget",
                    "history",
                    "scope",
                    "model",
                    "provider",
                    "threads",
                    "fork",
                    "repetition",
                    "turn",
                    "promptTokens",
                    "prefilledTokens",
                    "rewoundTokens",
                    "generatedTokens",
                    "totalTokens",
                    "contextWords",
                    "kvHeldBytes",
                    "kvPeakBytes",
                    "kvCopiedBytes",
                    "kvAnalyticBytes",
                    "success",
                    "error");

    @TempDir Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void keepsWhatEveryStrategyGave() throws IOException {
        Path model = TinyFolder.write(temporary.resolve("tiny"), 512);
        boolean fine =
                run(
                        "ConversationBenchmark -p turns=2 -p tokenBudget=4 -f 1 -wi 1 -i 2 -p"
                                + " model="
                                + model);
        assertTrue(fine, out::toString);
        Path folder = folder();
        assertEquals(List.of("none", "dynamic", "static"), strategies(folder));
        RunContext context = RunContext.read(folder.resolve("context.json"));
        assertEquals("tiny", context.models().getFirst().name());
        assertTurns(model, folder.resolve("turns.csv"));
        assertTrue(Files.size(folder.resolve("jmh.log")) > 0);
        assertTrue(
                out.toString(StandardCharsets.UTF_8)
                        .contains("3 cells, 3 forks, results in " + folder),
                out::toString);
    }

    /**
     * Of this script turn 1 has 105 tokens and turn 2 has 225. A row of keys and one of values are
     * 2 * 16 * 4 = 128 bytes. The last of the 4 tokens generated is in no cache.
     */
    private static void assertTurns(Path model, Path file) throws IOException {
        var expected = new ArrayList<String>();
        for (String strategy : List.of("none", "dynamic", "static")) {
            for (int repetition = 1; repetition <= 2; repetition++) {
                for (int turn = 1; turn <= 2; turn++) {
                    int prompt = turn == 1 ? 105 : 225;
                    int words = turn == 1 ? 64 : 143;
                    long held =
                            switch (strategy) {
                                case "none" -> 0;
                                case "dynamic" -> 128L * (prompt + 3);
                                default -> 128L * (prompt + 4);
                            };
                    long peak = strategy.equals("dynamic") ? 128L * (2 * prompt + 5) : held;
                    long copied = strategy.equals("dynamic") ? 128L * (3 * prompt + 3) : 0;
                    long analytic = strategy.equals("none") ? 0 : 128L * (prompt + 3);
                    expected.add(
                            "ConversationBenchmark.converse,%s,insurance_claim_auto,2,4,scripted,turn,%s,auto,auto,1,%d,%d,%d,%d,0,4,%d,%d,%d,%d,%d,%d,true,"
                                    .formatted(
                                            strategy,
                                            model,
                                            repetition,
                                            turn,
                                            prompt,
                                            prompt,
                                            prompt + 4,
                                            words,
                                            held,
                                            peak,
                                            copied,
                                            analytic));
                }
            }
        }
        var found = new ArrayList<String>();
        CSVFormat byName = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
        try (CSVParser rows = CSVParser.parse(file, StandardCharsets.UTF_8, byName)) {
            for (CSVRecord row : rows) {
                found.add(COLUMNS.stream().map(row::get).collect(Collectors.joining(",")));
            }
        }
        assertEquals(expected, found);
    }

    /** The second arm wants 256 MiB of a heap of 64. */
    @Test
    void goesOnAfterAnArmThatFailed() throws IOException {
        boolean fine =
                run(
                        "ReadBandwidthBenchmark -p bytes=268435456,1048576 -p threads=1 -f 2 -wi 0"
                                + " -i 1 -r 10ms -jvmArgsAppend -Xmx64m");
        String said = out.toString(StandardCharsets.UTF_8);
        assertAll(
                () -> assertFalse(fine, said),
                () -> assertEquals(1, results(folder()).size()),
                () ->
                        assertTrue(
                                results(folder())
                                        .getFirst()
                                        .get("jvmArgs")
                                        .toString()
                                        .contains("-Dkvbench.onnxruntime=bundled"),
                                "a fork takes its parent's library"),
                () ->
                        assertEquals(
                                "1048576",
                                results(folder()).getFirst().at("/params/bytes").asText()),
                () -> assertTrue(said.contains("FAILED: Java heap space (more in "), said),
                () ->
                        assertTrue(
                                said.contains("Without a result: 2 failed, 0 to come, 0 not run"),
                                said),
                () ->
                        assertTrue(
                                said.lines()
                                        .anyMatch(
                                                line ->
                                                        line.matches(
                                                                "fork 2 failed"
                                                                    + " +ReadBandwidthBenchmark\\.read"
                                                                    + " .* Java heap space")),
                                said));
    }

    /** What would take all addresses that a process has is not even begun. */
    @Test
    void leavesOutWhatNoMemoryHolds() throws IOException {
        Path model = TinyFolder.write(temporary.resolve("wide"), 64, 1 << 17);
        boolean fine =
                run(
                        "DecodeStepBenchmark -p strategy=static,dynamic -p depth=8 -p"
                                + " capacity=1073741823 -f 1 -wi 0 -i 1 -r 100ms -p model="
                                + model);
        String said = out.toString(StandardCharsets.UTF_8);
        assertAll(
                () -> assertTrue(fine, said),
                () -> assertEquals(List.of("dynamic"), strategies(folder())),
                () -> assertTrue(said.contains("strategy=static}: 1,073,741,823 slots of"), said),
                () ->
                        assertTrue(
                                said.contains("Without a result: 0 failed, 0 to come, 1 not run"),
                                said));
    }

    @Test
    void leavesPatternsOutOfTheOptionsOfACellAndNothingElse() throws IOException {
        boolean fine =
                run(
                        "ReadBandwidth -e Prefill -p bytes=1048576,2097152 -p threads=1 -f 1 -wi 0"
                                + " -i 1 -r 10ms -e ReadBandwidthNot ReadBandwidth");
        assertTrue(fine, out::toString);
        assertEquals(2, results(folder()).size());
    }

    @Test
    void interleavesTheForksAsTheSeedSaysAndKeepsTheOrder() throws IOException {
        Path model = TinyFolder.write(temporary.resolve("tiny"), 64);
        String words =
                "PrefillBenchmark -p promptTokens=8 -f 2 -wi 0 -i 1 -r 10ms -p model=" + model;
        assertTrue(run(words, List.of("static"), 5), out::toString);
        JsonNode schedule = new ObjectMapper().readTree(folder().resolve("schedule.json").toFile());
        assertEquals(5, schedule.path("seed").asLong());
        assertEquals(List.of("none", "dynamic", "static", "static@2"), strategies(folder()));
        var order = new ArrayList<ForkRun>();
        schedule.path("order")
                .forEach(
                        run ->
                                order.add(
                                        new ForkRun(
                                                run.path("cell").asInt(),
                                                run.path("fork").asInt())));
        assertEquals(
                Set.of(new ForkRun(0, 1), new ForkRun(1, 1), new ForkRun(2, 1), new ForkRun(3, 1)),
                Set.copyOf(order.subList(0, 4)),
                "the first block holds one fork of each arm");
        assertEquals(8, Set.copyOf(order).size());
        List<String> measured =
                out.toString(StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> line.startsWith("["))
                        .map(line -> line.replaceFirst(".*strategy=(\\S+), fork (\\d).*", "$1 $2"))
                        .toList();
        List<String> arms = List.of("none", "dynamic", "static", "static@2");
        assertEquals(
                order.stream().map(run -> arms.get(run.cell()) + " " + run.fork()).toList(),
                measured);
    }

    @Test
    void measuresAndResumesASuiteOfSeveralSetsAsOneRun() throws IOException {
        Path model = TinyFolder.write(temporary.resolve("tiny"), 512);
        assertTrue(run("--suite quick -p threads=1 -p model=" + model), out::toString);
        List<JsonNode> measured = results(folder());
        assertEquals(
                List.of(
                        "step fit none 1 100 ms",
                        "step fit dynamic 1 100 ms",
                        "step fit static 1 100 ms",
                        "step 64 static 2 50 ms",
                        "converse  dynamic 1 single-shot",
                        "converse  static 1 single-shot"),
                measured.stream().map(SuiteTest::shown).toList());
        RunContext context = RunContext.read(folder().resolve("context.json"));
        assertEquals(List.of("--suite", "quick"), context.arguments().subList(0, 2));
        assertEquals(3, context.parity().size(), "a gate for all sets");
        Path lost = folder().resolve("forks/0004-DecodeStepBenchmark-static-1");
        Files.delete(lost.resolve("result.jmh"));
        Files.delete(lost);
        out.reset();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertTrue(Suite.resume(folder(), stream, false), out::toString);
        assertTrue(
                out.toString(StandardCharsets.UTF_8)
                        .contains("1 of 6 forks to go, results in " + folder()),
                out::toString);
        assertEquals(
                measured.stream().map(SuiteTest::shown).toList(),
                results(folder()).stream().map(SuiteTest::shown).toList());
    }

    @Test
    void mergesThePartsOfASuite() throws IOException {
        Path model = TinyFolder.write(temporary.resolve("tiny"), 512);
        List<String> words =
                List.of(("--suite quick DecodeStep -p threads=1 -p model=" + model).split(" "));
        var parts = new ArrayList<Path>();
        for (int part = 1; part <= 2; part++) {
            Path runs = temporary.resolve("part" + part);
            Suite.run(
                    new RunRequest(
                            words, runs, "test", new Shard(part, 2), List.of(), OptionalLong.of(1)),
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    false);
            try (Stream<Path> folders = Files.list(runs)) {
                parts.add(folders.findFirst().orElseThrow());
            }
        }
        var said = new PrintStream(out, true, StandardCharsets.UTF_8);
        Path merged = RunMerger.merge(parts, temporary.resolve("runs"), "joined", said).path();
        assertEquals(
                List.of(
                        "step fit none 1 100 ms",
                        "step fit dynamic 1 100 ms",
                        "step fit static 1 100 ms",
                        "step 64 static 2 50 ms"),
                results(merged).stream().map(SuiteTest::shown).toList());
    }

    private static String shown(JsonNode result) {
        return "%s %s %s %s %s"
                .formatted(
                        result.path("benchmark").asText().replaceFirst(".*\\.", ""),
                        result.at("/params/capacity").asText(),
                        result.at("/params/strategy").asText(),
                        result.path("measurementIterations").asText(),
                        result.path("measurementTime").asText());
    }

    @Test
    void resumesWhatIsMissingAndNothingElse() throws IOException {
        Path model = TinyFolder.write(temporary.resolve("tiny"), 64);
        assertTrue(
                run("PrefillBenchmark -p promptTokens=8 -f 1 -wi 0 -i 1 -r 10ms -p model=" + model),
                out::toString);
        Path forks = folder().resolve("forks");
        Path lost = forks.resolve("0002-PrefillBenchmark-dynamic-1");
        Files.delete(lost.resolve("result.jmh"));
        Files.delete(lost);
        String kept = Files.readString(folder().resolve("results.json"));
        out.reset();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertTrue(Suite.resume(folder(), stream, false), out::toString);
        String said = out.toString(StandardCharsets.UTF_8);
        assertTrue(said.contains("1 of 3 forks to go, results in " + folder()), said);
        assertEquals(
                List.of("[1/1] PrefillBenchmark strategy=dynamic, fork 1/1"),
                said.lines()
                        .filter(line -> line.startsWith("["))
                        .map(line -> line.replaceFirst("  .*", ""))
                        .toList());
        List<JsonNode> before = new ArrayList<>();
        new ObjectMapper().readTree(kept).forEach(before::add);
        List<JsonNode> after = results(folder());
        assertEquals(before.get(0), after.get(0), "what was there stays");
        assertEquals(before.get(2), after.get(2), "what was there stays");
        assertEquals("dynamic", after.get(1).path("params").path("strategy").asText());
    }

    @Test
    void refusesToResumeOnAnotherModel() throws IOException {
        Path model = TinyFolder.write(temporary.resolve("tiny"), 64);
        assertTrue(
                run("PrefillBenchmark -p promptTokens=8 -f 1 -wi 0 -i 1 -r 10ms -p model=" + model),
                out::toString);
        Path smaller = TinyFolder.write(temporary.resolve("smaller"), 4);
        Files.copy(
                smaller.resolve("config.json"),
                model.resolve("config.json"),
                StandardCopyOption.REPLACE_EXISTING);
        var complaint =
                assertThrows(InputException.class, () -> Suite.resume(folder(), System.out, false));
        assertTrue(
                complaint.getMessage().startsWith("--resume " + folder() + ": expected "),
                complaint.getMessage());
    }

    private boolean run(String words) {
        return run(words, List.of(), 1);
    }

    private boolean run(String words, List<String> repeatArms, long seed) {
        return Suite.run(
                new RunRequest(
                        List.of(words.split(" ")),
                        temporary.resolve("runs"),
                        "test",
                        Shard.WHOLE,
                        repeatArms,
                        OptionalLong.of(seed)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                false);
    }

    private Path folder() throws IOException {
        try (Stream<Path> folders = Files.list(temporary.resolve("runs"))) {
            List<Path> all = folders.toList();
            assertEquals(1, all.size(), all::toString);
            return all.getFirst();
        }
    }

    private static List<String> strategies(Path folder) throws IOException {
        return results(folder).stream()
                .map(result -> result.path("params").path("strategy").asText())
                .toList();
    }

    private static List<JsonNode> results(Path folder) throws IOException {
        var results = new ArrayList<JsonNode>();
        new ObjectMapper().readTree(folder.resolve("results.json").toFile()).forEach(results::add);
        return results;
    }
}
