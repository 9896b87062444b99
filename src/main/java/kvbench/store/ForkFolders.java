package kvbench.store;

import com.fasterxml.jackson.databind.json.JsonMapper;

import kvbench.model.InputException;

import org.openjdk.jmh.results.BenchmarkResult;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The folders {@code forks/<cell>-<benchmark>-<strategy>-<fork>}, one for each fork.
 *
 * <p>A fork works in a folder whose name says that it is running; the name changes when it is
 * complete, or failed. What a killed run left running is put aside, never mixed with what is
 * measured afterwards.
 */
final class ForkFolders {
    /** By cell, then by fork: the order of the matrix, not that of the run. */
    static final Comparator<ForkRun> ORDER =
            Comparator.comparingInt(ForkRun::cell).thenComparingInt(ForkRun::fork);

    static final String FOLDER = "forks";
    private static final String RUNNING = ".running";

    /** A file of a fork that is running, up to the fork's name. */
    private static final Pattern FILE_OF_RUNNING =
            Pattern.compile(
                    "([/\\\\]%s[/\\\\][A-Za-z0-9._@-]+?)%s(?=[/\\\\])"
                            .formatted(FOLDER, Pattern.quote(RUNNING)));

    private static final String FAILED = ".failed";
    private static final String INTERRUPTED = ".interrupted";
    private static final String REASON_FILE = "failure.json";
    private static final String REASON = "reason";
    private static final JsonMapper JSON = new JsonMapper();

    private final Path folder;
    private final Map<Integer, PlannedCell> cells;

    ForkFolders(Path run, RunPlan plan) {
        this.folder = run.resolve(FOLDER);
        this.cells = plan.byIndex();
    }

    /** The folder of a fork that is complete. */
    Path complete(ForkRun run) {
        PlannedCell cell = cells.get(run.cell());
        String strategy = cell.params().getOrDefault("strategy", "");
        String name =
                "%04d-%s%s-%d"
                        .formatted(
                                run.cell() + 1,
                                className(cell.benchmark()),
                                strategy.isEmpty() ? "" : "-" + strategy,
                                run.fork());
        return folder.resolve(name.replaceAll("[^A-Za-z0-9._@-]", "_"));
    }

    private static String className(String benchmark) {
        String[] names = benchmark.split("\\.");
        return names.length < 2 ? benchmark : names[names.length - 2];
    }

    /** The folder of a fork that failed, the last time it was tried. */
    Path failed(ForkRun run) {
        return with(run, FAILED);
    }

    /** A text whose paths of running forks are those that complete ones have. */
    String withNamesOfComplete(String text) {
        return FILE_OF_RUNNING.matcher(text).replaceAll("$1");
    }

    private Path with(ForkRun run, String suffix) {
        Path complete = complete(run);
        return complete.resolveSibling(complete.getFileName() + suffix);
    }

    /** Makes a fork's folder; one that is there since an earlier try is put aside. */
    Path begin(ForkRun run) throws IOException {
        Path running = with(run, RUNNING);
        if (Files.exists(running)) {
            Files.move(running, free(with(run, INTERRUPTED)));
        }
        return Files.createDirectories(running);
    }

    void keep(ForkRun run, Path running, BenchmarkResult result) throws IOException {
        if (Files.exists(complete(run).resolve(ForkRecord.FILE_NAME)) && !Files.exists(running)) {
            return;
        }
        // The record is the last to reach the disk: where it is, all else is.
        FolderTree.force(running);
        AtomicFile.write(running.resolve(ForkRecord.FILE_NAME), ForkRecord.toBytes(result));
        AtomicFile.forceNames(running);
        Files.move(running, complete(run), StandardCopyOption.ATOMIC_MOVE);
        AtomicFile.forceNames(folder);
    }

    /** Whether a fork is complete but for its name: {@link #adopt} has not been called yet. */
    boolean isToBeAdopted(ForkRun run) {
        return Files.exists(with(run, RUNNING).resolve(ForkRecord.FILE_NAME))
                && !Files.exists(complete(run));
    }

    /** Completes a fork whose process was killed between its record and its name. */
    void adopt(ForkRun run) throws IOException {
        if (isToBeAdopted(run)) {
            Files.move(with(run, RUNNING), complete(run), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    void fail(ForkRun run, Path running, String reason) throws IOException {
        Path failed = failed(run);
        if (Files.exists(running) || !Files.exists(failed)) {
            AtomicFile.write(
                    running.resolve(REASON_FILE), JSON.writeValueAsBytes(Map.of(REASON, reason)));
            if (Files.exists(failed)) {
                Files.move(failed, free(failed));
            }
            Files.move(running, failed, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** {@code path-N} with the smallest N that is free. */
    private static Path free(Path path) {
        int n = 1;
        while (Files.exists(path.resolveSibling(path.getFileName() + "-" + n))) {
            n++;
        }
        return path.resolveSibling(path.getFileName() + "-" + n);
    }

    /**
     * What JMH measured in a fork, or empty where it is not complete.
     *
     * @throws InputException if the record is broken
     */
    Optional<BenchmarkResult> result(ForkRun run) {
        Path file = complete(run).resolve(ForkRecord.FILE_NAME);
        return Files.exists(file) ? Optional.of(ForkRecord.read(file)) : Optional.empty();
    }

    /**
     * Why a fork gave no result, or empty where it has not failed.
     *
     * @throws InputException if the file is broken
     */
    Optional<String> failure(ForkRun run) {
        Path file = failed(run).resolve(REASON_FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readTree(file.toFile()).path(REASON).asText());
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected why a fork failed, found that it cannot be read (%s). Remove the folder %s and go on with `bench --resume`."
                            .formatted(file, InputException.quote(e.toString()), file.getParent()),
                    e);
        }
    }
}
