package kvbench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import kvbench.reference.TinyFolder;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Whole runs in processes of their own, which are killed. */
class KilledRunTest {
    private static final Duration PATIENCE = Duration.ofMinutes(8);

    /** Figures that neither the clock nor the machine's memory moves. */
    private static final Pattern COUNT = Pattern.compile("turns\\..*|.*\\.tokens|kv\\..*");

    @TempDir Path temporary;

    @Test
    void losesNothingAndResumesToWhatAnUninterruptedRunGives() throws Exception {
        Path model = TinyFolder.write(temporary.resolve("tiny"), 512);
        List<String> words =
                List.of(
                        "bench",
                        "ConversationBenchmark",
                        "--seed",
                        "3",
                        "-f",
                        "2",
                        "-wi",
                        "0",
                        "-i",
                        "2",
                        "-p",
                        "turns=1",
                        "-p",
                        "tokenBudget=4",
                        "-p",
                        "strategy=dynamic,static",
                        "-p",
                        "model=" + model);
        Path whole = temporary.resolve("whole");
        assertEquals(0, ended(start(words, whole)));
        for (JsonNode result : results(run(whole))) {
            assertEquals("[\"--enable-native-access=ALL-UNNAMED\"]", jvmOptions(result));
        }

        // The parent is killed when it has two forks, and the third is running.
        Path killed = temporary.resolve("killed");
        Process parent = start(words, killed);
        await(() -> count(killed, "-[12]") == 2 && count(killed, "-[12]\\.running") == 1);
        List<ProcessHandle> forks = forksOf(parent);
        parent.destroyForcibly().waitFor();
        await(() -> forks.stream().noneMatch(ProcessHandle::isAlive));
        assertEquals(2, missingForks(run(killed)), "the others are to come");
        assertEquals(2, count(killed, "-[12]"), "the two that were complete");

        // Then a fork is killed: its arm's row says so, the others go on.
        Process resumed = start(List.of("bench", "--resume", run(killed).toString()), killed);
        await(() -> !forksOf(resumed).isEmpty());
        forksOf(resumed).forEach(ProcessHandle::destroyForcibly);
        assertEquals(1, ended(resumed));
        JsonNode outcomes =
                new ObjectMapper().readTree(run(killed).resolve("outcomes.json").toFile());
        assertEquals(1, outcomes.path("failed").size(), outcomes::toString);
        assertTrue(
                outcomes.at("/failed/0/reason")
                        .asText()
                        .startsWith("the fork died with exit code 137 (SIGKILL"),
                outcomes::toString);
        assertEquals(3, count(killed, "-[12]"));
        List<String> turns = Files.readAllLines(run(killed).resolve("turns.csv"));
        assertEquals(
                2,
                turns.stream().filter(row -> row.contains(",false,\"the fork died")).count(),
                turns::toString);

        assertEquals(0, ended(start(List.of("bench", "--resume", run(killed).toString()), killed)));
        assertEquals(withoutTimes(run(whole)), withoutTimes(run(killed)));
        assertEquals(
                withoutTimes(Files.readString(run(whole).resolve("turns.csv"))),
                withoutTimes(Files.readString(run(killed).resolve("turns.csv"))));
        assertEquals(withoutNanos(run(whole)), withoutNanos(run(killed)));
        assertEquals(
                Files.readString(run(whole).resolve("outcomes.json")),
                Files.readString(run(killed).resolve("outcomes.json")));
        assertFalse(Files.exists(run(killed).resolve("reserve")));
    }

    @Test
    void aForkThatNativeCodeEndsLeavesItsReportInItsFolder() throws Exception {
        Path model = TinyFolder.write(temporary.resolve("tiny"), 512);
        Path runs = temporary.resolve("100%p");
        Process parent =
                start(
                        List.of(
                                "bench",
                                "PrefillBenchmark",
                                "-f",
                                "1",
                                "-wi",
                                "0",
                                "-i",
                                "1",
                                "-r",
                                "60",
                                "-p",
                                "promptTokens=8",
                                "-p",
                                "strategy=static",
                                "-p",
                                "model=" + model,
                                "-jvmArgsAppend",
                                "-XX:-CreateCoredumpOnCrash"),
                        runs);
        await(() -> said().contains("[1/1]") && !forksOf(parent).isEmpty());
        // By then its virtual machine answers to signals.
        await(() -> log(runs).contains("Iteration"));
        long fork = forksOf(parent).getFirst().pid();
        new ProcessBuilder("kill", "-SEGV", Long.toString(fork)).start().waitFor();
        assertEquals(1, ended(parent));
        assertTrue(said().contains("1 cell, 1 fork, results in " + run(runs)), said());
        Path report =
                run(runs)
                        .resolve("forks/0001-PrefillBenchmark-static-1.failed")
                        .resolve("hs_err_pid" + fork + ".log");
        assertTrue(Files.exists(report), said());
        assertTrue(
                said().contains(
                                "FAILED: the fork died with exit code 1; hs_err_pid%d.log in the fork's folder tells more (more in %s and "
                                        .formatted(fork, report)),
                said());
        assertTrue(
                said().contains(
                                "1 fork failed. Measure again what failed with: java -jar"
                                        + " target/benchmarks.jar bench --resume "
                                        + run(runs)),
                said());
    }

    /** What JMH has said so far in the one run in {@code parent}. */
    private static String log(Path parent) {
        try {
            return Files.readString(run(parent).resolve("jmh.log"));
        } catch (IOException e) {
            return "";
        }
    }

    private int missingForks(Path run) throws IOException {
        int missing = 0;
        for (JsonNode arm :
                new ObjectMapper()
                        .readTree(run.resolve("outcomes.json").toFile())
                        .path("unfinished")) {
            missing += arm.path("missing").asInt();
        }
        return missing;
    }

    private static List<ProcessHandle> forksOf(Process run) {
        return run.descendants()
                .filter(child -> child.info().commandLine().orElse("").contains("-Dkvbench.fork="))
                .toList();
    }

    private Process start(List<String> words, Path parent) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Djmh.ignoreLock=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "kvbench.Main"));
        command.addAll(words);
        if (!words.contains("--resume")) {
            command.addAll(List.of("--out", parent.toString()));
        }
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("output").toFile())
                .start();
    }

    private int ended(Process process) throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), "still running");
        return process.exitValue();
    }

    private void await(BooleanSupplier condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "waited in vain; it said: " + said());
            Thread.sleep(20);
        }
    }

    private String said() {
        try {
            return Files.readString(temporary.resolve("output"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The one run in {@code parent}. */
    private static Path run(Path parent) {
        try (Stream<Path> runs = Files.list(parent)) {
            List<Path> all = runs.toList();
            assertEquals(1, all.size());
            return all.getFirst();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** How many folders of forks have a name with that end. */
    private static long count(Path parent, String end) {
        if (!Files.exists(parent)) {
            return 0;
        }
        try (Stream<Path> all = Files.walk(parent, 3)) {
            return all.filter(Files::isDirectory)
                    .filter(path -> path.getParent().endsWith("forks"))
                    .filter(path -> path.getFileName().toString().matches("[^.]*" + end))
                    .count();
        } catch (IOException | UncheckedIOException e) {
            return -1;
        }
    }

    /** Of a fork, but for those of its parent, which JMH passes on. */
    private static String jvmOptions(JsonNode result) {
        return result.get("jvmArgs").toString().replace("\"-Djmh.ignoreLock=true\",", "");
    }

    private static List<JsonNode> results(Path run) throws IOException {
        var results = new ArrayList<JsonNode>();
        new ObjectMapper().readTree(run.resolve("results.json").toFile()).forEach(results::add);
        return results;
    }

    /** Everything in the results but what the clock or the machine's memory moves. */
    private static String withoutTimes(Path run) throws IOException {
        var kept = new StringBuilder();
        for (JsonNode result : results(run)) {
            var object = (ObjectNode) result;
            shape(object.get("primaryMetric"));
            ObjectNode counts = object.putObject("counts");
            object.get("secondaryMetrics")
                    .properties()
                    .forEach(
                            metric -> {
                                if (COUNT.matcher(metric.getKey()).matches()) {
                                    counts.set(metric.getKey(), metric.getValue().get("rawData"));
                                }
                                shape(metric.getValue());
                            });
            assertFalse(counts.isEmpty());
            kept.append(object.toPrettyString()).append('\n');
        }
        return kept.toString();
    }

    /** What each turn generated, one line a turn. */
    private static List<JsonNode> withoutNanos(Path run) throws IOException {
        var turns = new ArrayList<JsonNode>();
        for (String line : Files.readAllLines(run.resolve("tokens.jsonl"))) {
            var turn = (ObjectNode) new ObjectMapper().readTree(line);
            assertFalse(turn.remove("nanos").isEmpty(), line);
            turns.add(turn);
        }
        assertEquals(8, turns.size());
        return turns;
    }

    /** Leaves of a metric its unit and how many samples each fork has. */
    private static void shape(JsonNode metric) {
        var object = (ObjectNode) metric;
        ArrayNode counts = object.putArray("samples");
        object.get("rawData").forEach(fork -> counts.add(fork.size()));
        object.retain("scoreUnit", "samples");
    }

    /** The rows without their times, and without the ledger of the machine's memory. */
    private static String withoutTimes(String turns) throws IOException {
        CSVFormat byName = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
        var rows = new StringBuilder();
        try (CSVParser parser = CSVParser.parse(turns, byName)) {
            List<String> names = parser.getHeaderNames();
            int ledger = names.indexOf("kvAnalyticBytes");
            int afterLedger = names.indexOf("success");
            for (CSVRecord record : parser) {
                List<String> values = new ArrayList<>(record.toList());
                values.subList(ledger, afterLedger).clear();
                rows.append(values).append('\n');
            }
        }
        return rows.toString().replaceAll("\\d+\\.\\d+(E-?\\d+)?", "TIME");
    }
}
