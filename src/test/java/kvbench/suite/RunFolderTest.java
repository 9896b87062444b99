package kvbench.suite;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;

import kvbench.context.RunContext;
import kvbench.context.SomeContext;
import kvbench.model.InputException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.AverageTimeResult;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.options.TimeValue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

class RunFolderTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir Path temporary;

    @Test
    void isNamedByTimeCommitAndLabel() throws IOException {
        Path parent = temporary.resolve("some").resolve("runs");
        RunFolder known = RunFolder.create(parent, "first", context(COMMIT));
        RunFolder unknown = RunFolder.create(parent, "a.b_c-1", context("(initial)"));
        assertAll(
                () -> assertName("\\d{8}T\\d{6}Z-01234567-first", known),
                () -> assertName("\\d{8}T\\d{6}Z-nocommit-a\\.b_c-1", unknown),
                () -> assertEquals(List.of("context.json", "turns.csv"), contents(known.path())),
                () ->
                        assertEquals(
                                context(COMMIT),
                                RunContext.read(known.path().resolve("context.json"))));
    }

    private static void assertName(String pattern, RunFolder folder) {
        String name = folder.path().getFileName().toString();
        assertTrue(name.matches(pattern), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "..\\x", "é", "x\n"})
    void refusesALabelThatIsNoFileName(String label) throws IOException {
        var complaint =
                assertThrows(
                        InputException.class,
                        () -> RunFolder.create(temporary, label, context(COMMIT)));
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
                        InputException.class, () -> RunFolder.create(file, "run", context(COMMIT)));
        assertTrue(
                complaint
                        .getMessage()
                        .endsWith(
                                "-01234567-run: expected to make the run's folder there, found"
                                        + " that it cannot be made (java.nio.file"
                                        + ".FileAlreadyExistsException: "
                                        + file
                                        + "). Name another parent with --out DIR."),
                complaint.getMessage());
        assertFalse(complaint.isWrongUse());
    }

    @Test
    void holdsAllResultsAfterEachWrite() throws IOException {
        RunFolder folder = RunFolder.create(temporary, "run", context(COMMIT));
        folder.write(List.of(result("a")));
        assertEquals(1, new ObjectMapper().readTree(folder.results().toFile()).size());
        folder.write(List.of(result("a"), result("b")));
        assertEquals(2, new ObjectMapper().readTree(folder.results().toFile()).size());
        assertEquals(List.of("context.json", "results.json", "turns.csv"), contents(folder.path()));
    }

    /** A file that was written over in place would change under the reader. */
    @Test
    void replacesResultsInOnePiece() throws IOException {
        RunFolder folder = RunFolder.create(temporary, "run", context(COMMIT));
        folder.write(List.of(result("a")));
        String before = Files.readString(folder.results());
        try (InputStream reader = Files.newInputStream(folder.results())) {
            folder.write(List.of(result("a"), result("b")));
            assertEquals(before, new String(reader.readAllBytes()));
        }
    }

    @Test
    void keepsTheResultsBeforeWhereWritingFails() throws IOException {
        RunFolder folder = RunFolder.create(temporary, "run", context(COMMIT));
        folder.write(List.of(result("a")));
        String before = Files.readString(folder.results());
        Path partial = folder.path().resolve("results.json.part");
        Files.createDirectory(partial);
        var complaint =
                assertThrows(
                        InputException.class,
                        () -> folder.write(List.of(result("a"), result("b"))));
        assertEquals(
                "%s: expected to write the results there, found that they cannot be written (java.nio.file.FileSystemException: %s: Is a directory). Those before stay; give the disk room and start again."
                        .formatted(folder.results(), partial),
                complaint.getMessage());
        assertEquals(before, Files.readString(folder.results()));
    }

    private static List<String> contents(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static RunContext context(String commit) {
        return SomeContext.ofCommit(commit);
    }

    private static RunResult result(String benchmark) {
        var measurement = new IterationParams(IterationType.MEASUREMENT, 1, TimeValue.NONE, 1);
        var params =
                new BenchmarkParams(
                        benchmark,
                        "generated",
                        false,
                        1,
                        new int[] {1},
                        List.of(),
                        1,
                        0,
                        measurement,
                        measurement,
                        Mode.AverageTime,
                        new WorkloadParams(),
                        TimeUnit.MILLISECONDS,
                        1,
                        "java",
                        List.of(),
                        "25",
                        "vm",
                        "25",
                        "1.37",
                        TimeValue.minutes(1));
        var iteration = new IterationResult(params, measurement, null);
        iteration.addResult(
                new AverageTimeResult(
                        ResultRole.PRIMARY, "step", 10, 1_000_000, TimeUnit.MILLISECONDS));
        return new RunResult(params, List.of(new BenchmarkResult(params, List.of(iteration))));
    }
}
