package kvbench.suite;

import kvbench.bench.TurnLog;
import kvbench.context.RunContext;
import kvbench.model.InputException;
import kvbench.report.Report;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;

/** What a run leaves on disk: {@code jmh-results/<UTC time>-<short commit>-<label>/}. */
final class RunFolder {
    /** Everything JMH said, fork by fork. */
    static final String LOG = "jmh.log";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
    private static final int SHORT_COMMIT = 8;

    private final Path path;

    private RunFolder(Path path) {
        this.path = path;
    }

    /**
     * Makes the folder of a run that begins now, and writes its context.
     *
     * @param parent folder of all runs
     * @param label what the run is called: letters, digits, dots and hyphens
     */
    static RunFolder create(Path parent, String label, RunContext context) {
        if (!label.matches("[A-Za-z0-9._-]{1,64}")) {
            throw InputException.wrongUse(
                    "--label: expected up to 64 letters, digits, dots, hyphens or underscores, found \"%s\"."
                            .formatted(label));
        }
        String commit = context.source().revision().commit();
        String shortCommit =
                commit.matches("[0-9a-f]{40}") ? commit.substring(0, SHORT_COMMIT) : "nocommit";
        Path path =
                parent.resolve(
                        "%s-%s-%s"
                                .formatted(
                                        LocalDateTime.now(ZoneOffset.UTC).format(TIME),
                                        shortCommit,
                                        label));
        try {
            Files.createDirectories(parent);
            Files.createDirectory(path);
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected to make the run's folder there, found that it cannot be made (%s). Name another parent with --out DIR."
                            .formatted(path, e),
                    e);
        }
        context.write(path);
        TurnLog.begin(path);
        return new RunFolder(path);
    }

    Path path() {
        return path;
    }

    Path results() {
        return path.resolve(Report.RESULTS_FILE);
    }

    Path log() {
        return path.resolve(LOG);
    }

    /** Writes all results so far as JMH's JSON: the file is complete at every moment. */
    void write(Collection<RunResult> results) {
        var json = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(json, false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
        Path partial = path.resolve(Report.RESULTS_FILE + ".part");
        try {
            Files.write(partial, json.toByteArray());
            Files.move(
                    partial,
                    results(),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected to write the results there, found that they cannot be written (%s). Those before stay; give the disk room and start again."
                            .formatted(results(), e),
                    e);
        }
    }
}
