package kvbench.store;

import kvbench.context.RunContext;
import kvbench.model.InputException;
import kvbench.results.FailedArm;

import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a run leaves on disk: {@code jmh-results/<UTC time>-<short commit>-<label>/}.
 *
 * <p>Each fork works in a folder of its own under {@code forks/}, which gets its name when all of
 * it is there; the run's files are composed of those folders after each fork, each replaced in one
 * piece. So whatever stops the run, what has been measured is kept, and what is missing can be
 * told.
 */
public final class RunFolder {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
    private static final int SHORT_COMMIT = 8;
    private static final int MOST_IN_A_SECOND = 1000;

    /** Everything JMH said, fork by fork. */
    private static final String LOG = "jmh.log";

    /** What the run was measured on after it was resumed for the first, second, ... time. */
    private static final String RESUMED = "context.resumed-%d.json";

    private final Path path;
    private final RunPlan plan;
    private final DiskReserve reserve;
    private final ForkFolders forks;
    private final Map<ForkRun, BenchmarkResult> results = new TreeMap<>(ForkFolders.ORDER);
    private Optional<RunLock> lock = Optional.empty(); // while forks are measured into it

    private RunFolder(Path path, RunPlan plan) {
        this.path = path;
        this.plan = plan;
        this.reserve = new DiskReserve(path);
        this.forks = new ForkFolders(path, plan);
    }

    /**
     * Makes the folder of a run that begins now, with its context and its plan.
     *
     * @param parent folder of all runs
     * @param label what the run is called: letters, digits, dots and hyphens
     * @throws InputException if the label is no name, or the folder cannot be made
     */
    public static RunFolder create(Path parent, String label, RunContext context, RunPlan plan) {
        Path path = named(parent, label, context);
        RunFolder folder;
        try {
            Files.createDirectories(parent);
            path = firstFree(path, Files::createDirectory);
            folder = new RunFolder(path, plan);
            folder.begin(context);
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected to make the run's folder there, with %,d bytes set aside for a full disk, found that it cannot be made (%s). Name another parent with --out DIR."
                            .formatted(path, DiskReserve.BYTES, e),
                    e);
        }
        folder.orUnlocked(folder::compose);
        return folder;
    }

    /** Makes a run of an empty folder, or removes it. */
    private void begin(RunContext context) throws IOException {
        boolean isRun = false;
        try {
            lock = Optional.of(RunLock.take(path));
            reserve.take();
            AtomicFile.write(path.resolve(RunContext.FILE_NAME), context.toJson());
            plan.write(path);
            isRun = true;
        } finally {
            if (!isRun) {
                unlock();
                FolderTree.remove(path);
            }
        }
    }

    /** Does something with the folder; where that fails, others may go on with it. */
    private void orUnlocked(Runnable work) {
        boolean isDone = false;
        try {
            work.run();
            isDone = true;
        } finally {
            if (!isDone) {
                unlock();
            }
        }
    }

    /**
     * Requires that a run may be called so and that its folder can lie there, without making any.
     *
     * @param parent folder of all runs, which need not be there yet
     * @throws InputException if not
     */
    public static void requirePlace(Path parent, String label) {
        requireName(label);
        Path there = parent.toAbsolutePath();
        while (Files.notExists(there)) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            throw noPlace(parent, there + " is no folder");
        }
        try {
            // What the permissions say does not hold for every user and file system.
            Files.delete(Files.createTempDirectory(there, "kvbench"));
        } catch (IOException e) {
            throw noPlace(parent, "%s cannot be written to (%s)".formatted(there, e));
        }
    }

    private static InputException noPlace(Path parent, String found) {
        return InputException.wrongUse(
                "--out %s: expected a folder in which the run's own can be made, found that %s. Name another."
                        .formatted(parent, found));
    }

    private static void requireName(String label) {
        if (!label.matches("[A-Za-z0-9._-]{1,64}")) {
            throw InputException.wrongUse(
                    "--label: expected up to 64 letters, digits, dots, hyphens or underscores, found \"%s\"."
                            .formatted(label));
        }
    }

    /**
     * How a run that begins now is called.
     *
     * @throws InputException if the label is no name
     */
    static Path named(Path parent, String label, RunContext context) {
        requireName(label);
        String commit = context.source().revision().commit();
        String shortCommit =
                commit.matches("[0-9a-f]{40}") ? commit.substring(0, SHORT_COMMIT) : "nocommit";
        return parent.resolve(
                "%s-%s-%s"
                        .formatted(
                                LocalDateTime.now(ZoneOffset.UTC).format(TIME),
                                shortCommit,
                                label));
    }

    /** Makes a folder where there is none yet. */
    interface Making {
        /** Returns {@code path}; where that is taken, throws {@link FileAlreadyExistsException}. */
        Path at(Path path) throws IOException;
    }

    /** Of runs that begin in the same second, as those of an array job, each has its own name. */
    static Path firstFree(Path path, Making making) throws IOException {
        for (int n = 2; ; n++) {
            try {
                return making.at(path);
            } catch (FileAlreadyExistsException e) {
                if (n > MOST_IN_A_SECOND || !Files.isDirectory(path)) {
                    throw e;
                }
                path =
                        path.resolveSibling(
                                path.getFileName().toString().replaceFirst("(~\\d+)?$", "~" + n));
            }
        }
    }

    /**
     * Opens the folder of a run that was begun before, to go on with it: what a process left that
     * was killed at any moment is put in order.
     *
     * @throws InputException if it is none, or was merged, something in it is broken, or another
     *     process goes on with it
     */
    public static RunFolder resume(Path path) {
        requireFolder(path);
        try {
            // Read before, so that a folder that is no run is left as it is.
            RunPlan plan = RunPlan.read(path);
            requireMeasured(path, plan);
            var folder = new RunFolder(path, plan);
            folder.lock = Optional.of(RunLock.take(path));
            folder.orUnlocked(folder::putInOrder);
            return folder;
        } catch (UncheckedIOException e) {
            throw unwritable(path, e.getCause());
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    private static InputException unwritable(Path path, IOException e) {
        return InputException.unusable(
                "%s: expected a folder that can be written to, found %s. Make it so, and resume again."
                        .formatted(path, e),
                e);
    }

    private static void requireMeasured(Path path, RunPlan plan) {
        if (!plan.mergedFrom().isEmpty()) {
            throw InputException.wrongUse(
                    "--resume %s: expected a run that was measured, found one merged from %s. Resume those and merge again."
                            .formatted(path, String.join(", ", plan.mergedFrom())));
        }
    }

    private void putInOrder() {
        try {
            for (ForkRun run : plan.order()) {
                forks.adopt(run);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        readResults();
        compose();
    }

    private void readResults() {
        for (ForkRun run : plan.order()) {
            forks.result(run).ifPresent(result -> results.put(run, result));
        }
    }

    /**
     * Opens the folder of a run that was begun before, to read it.
     *
     * @throws InputException if it is none, or something in it is broken
     */
    public static RunFolder open(Path path) {
        requireFolder(path);
        var folder = new RunFolder(path, RunPlan.read(path));
        folder.readResults();
        return folder;
    }

    private static void requireFolder(Path path) {
        if (!Files.isDirectory(path)) {
            throw InputException.wrongUse(
                    "%s: expected the folder of a run, found none. `ls jmh-results` lists the runs, unless they were made elsewhere with --out."
                            .formatted(path));
        }
        if (!Files.exists(path.resolve(RunPlan.FILE_NAME))) {
            throw InputException.wrongUse(
                    "%s: expected the folder of a run, found no %s in it. Name a folder that `bench` or `merge` made."
                            .formatted(path, RunPlan.FILE_NAME));
        }
    }

    public Path path() {
        return path;
    }

    public Path log() {
        return path.resolve(LOG);
    }

    /** Parent of the folders in which the forks worked. */
    public Path forksFolder() {
        return path.resolve(ForkFolders.FOLDER);
    }

    public RunPlan plan() {
        return plan;
    }

    /**
     * What the run was measured on.
     *
     * @throws InputException if the file that tells it is not there, or broken
     */
    public RunContext context() {
        Path file = path.resolve(RunContext.FILE_NAME);
        if (!Files.exists(file)) {
            throw InputException.unusable(
                    "%s: expected what the run was measured on, found no such file. Nothing can be added to the run without it: copy it from where the run was measured, or begin a new run."
                            .formatted(file));
        }
        return RunContext.read(file);
    }

    /**
     * Keeps what the rest of the run is going to be measured on, beside what it began on.
     *
     * @throws InputException if the disk is full
     */
    public void resumed(RunContext now) {
        int n = 1;
        while (Files.exists(path.resolve(RESUMED.formatted(n)))) {
            n++;
        }
        Path file = path.resolve(RESUMED.formatted(n));
        writing(() -> AtomicFile.write(file, now.toJson()));
    }

    /** The forks that have no result yet, in the order in which they are to be run. */
    public List<ForkRun> missing() {
        return plan.order().stream().filter(run -> !results.containsKey(run)).toList();
    }

    /** The results of all forks that have been measured. */
    Map<ForkRun, BenchmarkResult> results() {
        return results;
    }

    ForkFolders forks() {
        return forks;
    }

    /** The results so far as JMH would give them, in the order of the matrix. */
    public Collection<RunResult> runResults() {
        return Composition.runResults(plan, results);
    }

    /** The forks that were run and gave no result. */
    public List<FailedArm> failures() {
        return Composition.failures(this);
    }

    /**
     * Makes the folder in which a fork is going to work.
     *
     * @throws InputException if the disk is full
     */
    public Path begin(ForkRun run) {
        try {
            reserve.take();
            return forks.begin(run);
        } catch (IOException e) {
            throw stopped(e);
        }
    }

    /**
     * Keeps what a fork measured in the folder that {@link #begin} made, and composes the run's
     * files anew.
     *
     * @throws InputException if there is no room even with the reserve; the fork's turns stay
     */
    public void keep(ForkRun run, Path folder, BenchmarkResult result) {
        writing(() -> forks.keep(run, folder, result));
        results.put(run, result);
        compose();
    }

    /**
     * Keeps why a fork gave no result, with what it wrote before it died.
     *
     * @return the folder's name from now on
     */
    public Path fail(ForkRun run, Path folder, String reason) {
        writing(() -> forks.fail(run, folder, reason));
        compose();
        return forks.failed(run);
    }

    /**
     * A text that names files of forks that were running when it was written, with the names that
     * these have once the forks are complete.
     */
    public String withNamesOfComplete(String text) {
        return forks.withNamesOfComplete(text);
    }

    /**
     * Keeps why a cell was not measured although it was to be: each of its forks fails so that has
     * neither a result nor a failure of its own, with what it measured before that.
     *
     * @throws InputException if the disk is full
     */
    public void fail(PlannedCell cell, String reason) {
        for (ForkRun run : plan.order()) {
            if (run.cell() == cell.index()
                    && !results.containsKey(run)
                    && forks.failure(run).isEmpty()) {
                writing(() -> forks.fail(run, forks.begin(run), reason));
            }
        }
        compose();
    }

    /** Composes the run's files of what its forks left. */
    public void compose() {
        new Composition(this).files().forEach(this::writing);
    }

    /** Gives back what was set aside, when nothing is going to be written any more. */
    public void finish() {
        try {
            reserve.release();
        } catch (IOException e) {
            throw stopped(e);
        } finally {
            unlock();
        }
    }

    /** Lets others go on with the run; harmless where they may already. */
    public void unlock() {
        try {
            if (lock.isPresent()) {
                lock.get().release();
                lock = Optional.empty();
            }
        } catch (IOException e) {
            throw stopped(e);
        }
    }

    /** Writes; where that fails, once more with the room that was set aside. */
    private void writing(Composition.Writing writing) {
        try {
            writing.write();
        } catch (IOException first) {
            try {
                reserve.release();
                writing.write();
            } catch (IOException e) {
                throw stopped(e);
            }
        }
    }

    private InputException stopped(IOException e) {
        return InputException.unusable(
                "%s: expected to write what was measured there, found that it cannot be (%s; %s). What was measured is kept: %d of %d forks. Mend that, then go on with `bench --resume %s`."
                        .formatted(path, e, room(), results.size(), plan.order().size(), path),
                e);
    }

    /** So that a full disk can be told from whatever else forbids writing. */
    private String room() {
        try {
            return "%,d bytes are free, and each fork sets %,d aside first"
                    .formatted(Files.getFileStore(path).getUsableSpace(), DiskReserve.BYTES);
        } catch (IOException e) {
            return "the free bytes of the disk are unknown";
        }
    }
}
