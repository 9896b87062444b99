package kvbench.suite;

import kvbench.context.Comparability;
import kvbench.context.Difference;
import kvbench.context.Plan;
import kvbench.context.RunContext;
import kvbench.engine.Obstacle;
import kvbench.matrix.Cell;
import kvbench.matrix.JmhOptions;
import kvbench.matrix.Machine;
import kvbench.matrix.MachineLock;
import kvbench.matrix.Matrix;
import kvbench.matrix.RunRequest;
import kvbench.model.InputException;
import kvbench.model.SuiteCommand;
import kvbench.plan.Forecast;
import kvbench.plan.ForkNeed;
import kvbench.plan.Warnings;
import kvbench.report.ParityTable;
import kvbench.report.ReportFiles;
import kvbench.results.VetoedArm;
import kvbench.store.ForkRun;
import kvbench.store.PlannedCell;
import kvbench.store.RunFolder;
import kvbench.store.RunPlan;

import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.format.OutputFormat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * Runs a matrix of benchmarks, fork by fork in interleaved blocks ({@link RunOrder}), and keeps
 * each fork's result as soon as it is there.
 *
 * <p>A fork that fails, whether its benchmark threw or its process died, is told as failed, and the
 * others go on.
 */
public final class Suite {
    private final JmhOptions options;
    private final Matrix matrix;
    private final PrintStream out;
    private final boolean live;

    private Suite(JmhOptions options, Matrix matrix, PrintStream out, boolean live) {
        this.options = options;
        this.matrix = matrix;
        this.out = out;
        this.live = live;
    }

    /**
     * Whether JMH was asked for a list or for help, which it gives by itself.
     *
     * @throws InputException if JMH does not understand the words
     */
    public static boolean asksJmh(List<String> words) {
        return JmhOptions.of(words).askJmh();
    }

    /**
     * Measures all cells that can work and prints what came out.
     *
     * @param out where progress and tables go
     * @param live whether {@code out} is a terminal
     * @return whether every fork that was run gave a result without an error
     * @throws InputException if no cell is left, or the run cannot begin or cannot go on
     */
    public static boolean run(RunRequest request, PrintStream out, boolean live) {
        RunFolder.requirePlace(request.parent(), request.label());
        try (MachineLock _ = MachineLock.take()) {
            Suite suite = of(request.words(), request.repeatArms(), out, live);
            return suite.begin(request);
        }
    }

    /**
     * Goes on with a run that was stopped: measures the forks that are missing or failed.
     *
     * @param path folder of the run
     * @return whether now every fork has a result without an error
     * @throws InputException if it is no run, or was not measured on what is here now
     */
    public static boolean resume(Path path, PrintStream out, boolean live) {
        try (MachineLock _ = MachineLock.take()) {
            RunFolder folder = RunFolder.resume(path);
            try {
                RunPlan plan = folder.plan();
                return of(plan.words(), plan.repeatArms(), out, live).goOn(folder);
            } finally {
                folder.unlock();
            }
        }
    }

    private boolean goOn(RunFolder folder) {
        int all = folder.plan().order().size();
        RunContext now = requireSame(folder);
        Gate gate = gate(folder.missing().stream().map(this::cell).distinct().toList());
        if (gate.isShut()) {
            tellShut(
                    gate,
                    "Nothing more was measured: an arm that claims to be exact does not do the"
                            + " same work any more. %d of %d forks are kept in %s."
                                    .formatted(all - folder.missing().size(), all, folder.path()));
            return false;
        }
        if (!folder.missing().isEmpty()) {
            folder.resumed(now.withParity(gate.answers()));
        }
        out.printf(
                "%d of %d forks to go, results in %s%n",
                folder.missing().size(), all, folder.path());
        return finish(folder, gate);
    }

    private static Suite of(
            List<String> words, List<String> repeatArms, PrintStream out, boolean live) {
        JmhOptions options = JmhOptions.of(words);
        options.requireProfilers();
        options.profilers().remarks().forEach(out::println);
        Matrix matrix = Matrix.of(options).withRepeats(repeatArms);
        return new Suite(options, matrix, out, live);
    }

    private boolean begin(RunRequest request) {
        tellVetoed();
        Warnings.of(matrix, Machine.here()).forEach(line -> out.printf("WARNING: %s%n", line));
        if (matrix.cells().isEmpty()) {
            String first = matrix.vetoed().getFirst().reason();
            throw InputException.wrongUse(
                    "expected at least one combination that can work, found that none of %d can. The first: %s. %s."
                            .formatted(
                                    matrix.vetoed().size(),
                                    first,
                                    first.contains(Obstacle.CUDA_NOT_USABLE)
                                            ? "Run `doctor --provider cuda`, which tells all that"
                                                    + " is missing"
                                            : "Choose other parameters"));
        }
        List<Integer> chosen = request.shard().of(matrix.cells());
        if (chosen.isEmpty()) {
            out.printf("shard %s holds no cell of this matrix: nothing to do%n", request.shard());
            return true;
        }
        RunPlan plan = plan(request, chosen);
        ForkNeed.warning(cells(plan), new Forecast(matrix.demands()))
                .ifPresent(line -> out.printf("WARNING: %s%n", line));
        RunContext context = provenance(plan);
        Gate gate = gate(cells(plan));
        if (gate.isShut()) {
            tellShut(
                    gate,
                    "Nothing was measured: an arm that claims to be exact does not do the same"
                            + " work. Leave it out with -p strategy=..., or mend it.");
            return false;
        }
        RunFolder folder =
                RunFolder.create(
                        request.parent(),
                        request.label(),
                        context.withParity(gate.answers()),
                        plan);
        out.printf(
                "%s, %s, results in %s%n",
                count(plan.cells().size(), "cell"),
                count(plan.order().size(), "fork"),
                folder.path());
        return finish(folder, gate);
    }

    /** What is not run, arms of the same reason below it. */
    private void tellVetoed() {
        var arms = new LinkedHashMap<String, List<String>>();
        for (VetoedArm arm : matrix.vetoed()) {
            arms.computeIfAbsent(arm.reason(), reason -> new ArrayList<>())
                    .add(arm.benchmark() + " " + arm.params());
        }
        arms.forEach(
                (reason, same) -> {
                    if (same.size() == 1) {
                        out.printf("not run: %s: %s%n", same.getFirst(), reason);
                    } else {
                        out.printf("not run, %s: %s%n", count(same.size(), "combination"), reason);
                        same.forEach(arm -> out.printf("- %s%n", arm));
                    }
                });
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private Gate gate(List<Cell> cells) {
        return Gate.of(cells, options.all(), out);
    }

    private void tellShut(Gate gate, String consequence) {
        out.println();
        out.print(ParityTable.of(gate.answers()).orElseThrow());
        out.printf("%n%s%n", consequence);
    }

    private RunPlan plan(RunRequest request, List<Integer> chosen) {
        long seed = request.seed().orElseGet(() -> ThreadLocalRandom.current().nextInt(1 << 30));
        return new RunPlan(
                RunPlan.SCHEMA_VERSION,
                options.words(),
                request.repeatArms(),
                request.shard().toString(),
                seed,
                planned(chosen),
                RunOrder.of(matrix.cells(), chosen, seed),
                matrix.vetoed(),
                List.of());
    }

    private List<Cell> cells(RunPlan plan) {
        return plan.cells().stream().map(cell -> matrix.cells().get(cell.index())).toList();
    }

    /** What the run is measured on, here and now. */
    private RunContext provenance(RunPlan plan) {
        List<Cell> cells = cells(plan);
        return new Provenance(options.words(), out)
                .of(cells, new Plan(Provenance.arms(cells), plan.seed(), plan.shard()));
    }

    private List<PlannedCell> planned(List<Integer> chosen) {
        return chosen.stream()
                .map(
                        index -> {
                            Cell cell = matrix.cells().get(index);
                            return new PlannedCell(
                                    index,
                                    cell.benchmark(),
                                    cell.params(),
                                    cell.schedule().forks(),
                                    cell.measuredTurns());
                        })
                .toList();
    }

    /**
     * What is added to a run must have been measured like the rest of it.
     *
     * @return what it is going to be measured on
     */
    private RunContext requireSame(RunFolder folder) {
        List<Integer> chosen = folder.plan().cells().stream().map(PlannedCell::index).toList();
        boolean known = chosen.stream().allMatch(index -> index < matrix.cells().size());
        if (!known || !planned(chosen).equals(folder.plan().cells())) {
            throw InputException.unusable(
                    "--resume %s: expected the matrix that the run began with, found another one for the same words (%s). The model or the suite has changed: begin a new run."
                            .formatted(folder.path(), String.join(" ", options.words())));
        }
        RunContext now = provenance(folder.plan());
        Comparability comparability = Comparability.of(folder.context().withParity(List.of()), now);
        List<Difference> differences = comparability.blocking();
        if (!differences.isEmpty()) {
            throw InputException.unusable(
                    "--resume %s: expected what the run was measured on, found differences (run against here). Begin a new run, or go back to what it was.%s"
                            .formatted(
                                    folder.path(),
                                    differences.stream()
                                            .map(difference -> "\n  " + difference)
                                            .collect(Collectors.joining())));
        }
        comparability.worthKnowing().stream()
                .filter(difference -> !difference.field().equals("utc"))
                .forEach(difference -> out.printf("differs since the run began: %s%n", difference));
        return now;
    }

    /** Measures what is missing, and prints what the whole run found. */
    private boolean finish(RunFolder folder, Gate gate) {
        var hint = new ResumeHint(folder, out);
        boolean allGood;
        try {
            allGood = measure(folder, gate);
            folder.finish();
        } finally {
            hint.notNeeded();
            folder.unlock();
        }
        writeWhereJmhWould(folder.runResults());
        out.println();
        ReportFiles.conclude(folder.path(), out);
        options.profilers().whereFilesLie(folder.forksFolder()).ifPresent(out::println);
        tellHowToMeasureAgain(folder);
        return allGood;
    }

    private void tellHowToMeasureAgain(RunFolder folder) {
        int missing = folder.missing().size();
        if (missing > 0) {
            out.printf(
                    "%s failed. Measure again what failed with: %s%n",
                    count(missing, "fork"), SuiteCommand.line("bench --resume " + folder.path()));
        }
    }

    /** Measures fork by fork; what came of each is on disk before the next begins. */
    private boolean measure(RunFolder folder, Gate gate) {
        for (PlannedCell planned : folder.plan().cells()) {
            gate.failure(matrix.cells().get(planned.index()))
                    .ifPresent(reason -> folder.fail(planned, reason));
        }
        List<ForkRun> missing =
                folder.missing().stream().filter(run -> gate.failure(cell(run)).isEmpty()).toList();
        List<ConsoleProgress.Step> steps =
                missing.stream()
                        .map(run -> new ConsoleProgress.Step(cell(run), run.fork()))
                        .toList();
        var progress =
                new ConsoleProgress(
                        out, live, matrix.interesting(), new Forecast(matrix.demands()), steps);
        try (PrintStream log = log(logFile(folder))) {
            OutputFormat format =
                    new LoggedFormat(
                            log,
                            options.all().verbosity().orElse(Defaults.VERBOSITY),
                            folder::withNamesOfComplete,
                            progress);
            var runner = new ForkRunner(options, log);
            for (int i = 0; i < missing.size(); i++) {
                progress.begin(i);
                ForkRun run = missing.get(i);
                Path forkFolder = folder.begin(run);
                switch (runner.run(cell(run), run, forkFolder, format)) {
                    case ForkRunner.Measured measured -> {
                        folder.keep(run, forkFolder, measured.result());
                        progress.measured(summary(measured.result()));
                    }
                    case ForkRunner.Failed failed -> {
                        Path kept = folder.fail(run, forkFolder, failed.reason());
                        String more =
                                CrashReport.in(kept).map(file -> file + " and ").orElse("")
                                        + logFile(folder);
                        progress.failed(failed.reason() + " (more in " + more + ")");
                    }
                }
            }
        }
        return folder.failures().isEmpty();
    }

    private Cell cell(ForkRun run) {
        return matrix.cells().get(run.cell());
    }

    /** What JMH says goes where it was told to ({@code -o}), or into the run's folder. */
    private Path logFile(RunFolder folder) {
        var given = options.all().getOutput();
        return given.hasValue() ? Path.of(given.get()) : folder.log();
    }

    /** A run that goes on adds to its log. */
    private static PrintStream log(Path file) {
        try {
            return new PrintStream(
                    Files.newOutputStream(
                            file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                    true,
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected to write the log there, found that it cannot be written (%s). Name another file with -o."
                            .formatted(file, e),
                    e);
        }
    }

    /**
     * Each fork's run has written its own result to JMH's file ({@code -rff}, {@code -rf}); here
     * all stand together.
     */
    private void writeWhereJmhWould(Collection<RunResult> results) {
        if (options.all().getResult().hasValue() || options.all().getResultFormat().hasValue()) {
            ResultFormatType format =
                    options.all().getResultFormat().orElse(Defaults.RESULT_FORMAT);
            String file =
                    options.all()
                            .getResult()
                            .orElse(
                                    Defaults.RESULT_FILE_PREFIX
                                            + "."
                                            + format.toString().toLowerCase(Locale.ROOT));
            ResultFormatFactory.getInstance(format, file).writeOut(results);
        }
    }

    private static String summary(BenchmarkResult result) {
        Result<?> primary = result.getPrimaryResult();
        return "%,.3f %s".formatted(primary.getScore(), primary.getScoreUnit());
    }
}
