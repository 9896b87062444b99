package kvbench.suite;

import kvbench.bench.ModelBenchmark;
import kvbench.bench.TurnLog;
import kvbench.context.Plan;
import kvbench.context.RunContext;
import kvbench.model.InputException;
import kvbench.profile.SuiteProfiler;
import kvbench.report.FailedArm;
import kvbench.report.Outcomes;
import kvbench.report.Report;

import org.openjdk.jmh.profile.ProfilerException;
import org.openjdk.jmh.profile.ProfilerFactory;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.BenchmarkException;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Runs a matrix of benchmarks, cell by cell, and keeps each result as soon as it is there.
 *
 * <p>A cell that fails, whether its benchmark threw or its fork died, is told as failed, and the
 * others go on.
 */
public final class Suite {
    private final List<String> words;
    private final CommandLineOptions options;
    private final CommandLineOptions optionsOfCells;
    private final Path parent;
    private final String label;
    private final PrintStream out;
    private final boolean live;

    /**
     * A run of what {@code words} ask for.
     *
     * @param words options of JMH
     * @param parent folder of all runs
     * @param label what the run is called
     * @param out where progress and tables go
     * @param live whether {@code out} is a terminal
     * @throws InputException if JMH does not understand the words
     */
    public Suite(List<String> words, Path parent, String label, PrintStream out, boolean live) {
        this.words = List.copyOf(words);
        this.parent = parent;
        this.label = label;
        this.out = out;
        this.live = live;
        options = parsed(words);
        // JMH adds a cell's pattern to those of the command line, which would match other cells
        // too.
        var withoutPatterns = new ArrayList<>(words);
        options.getIncludes()
                .forEach(pattern -> withoutPatterns.remove(withoutPatterns.lastIndexOf(pattern)));
        optionsOfCells = parsed(withoutPatterns);
    }

    private static CommandLineOptions parsed(List<String> words) {
        try {
            return new CommandLineOptions(words.toArray(String[]::new));
        } catch (CommandLineOptionException e) {
            throw InputException.wrongUse(
                    "expected options of JMH, found that it does not take these: %s. `java -jar target/benchmarks.jar -h` lists them."
                            .formatted(e.getMessage()));
        }
    }

    /** Whether JMH was asked for a list or for help, which it gives by itself. */
    public boolean asksJmh() {
        return options.shouldHelp()
                || options.shouldList()
                || options.shouldListWithParams()
                || options.shouldListProfilers()
                || options.shouldListResultFormats();
    }

    /**
     * Measures all cells that can work and prints what came out.
     *
     * @return whether every cell that was begun gave a result
     * @throws InputException if no cell is left, or the run cannot begin
     */
    public boolean run() {
        requireProfilers();
        Matrix matrix = Matrix.of(options, words);
        matrix.vetoed()
                .forEach(
                        arm ->
                                out.printf(
                                        "not run: %s %s: %s%n",
                                        arm.benchmark(), arm.params(), arm.reason()));
        if (matrix.cells().isEmpty()) {
            throw InputException.wrongUse(
                    "expected at least one combination that can work, found that none of %d can. The first: %s. Choose other parameters."
                            .formatted(
                                    matrix.vetoed().size(), matrix.vetoed().getFirst().reason()));
        }
        RunContext context =
                new Provenance(words, out)
                        .of(matrix, new Plan(Provenance.arms(matrix.cells()), 0, "1/1"));
        RunFolder folder = RunFolder.create(parent, label, context);
        // For benchmarks that JMH runs in this process (-f 0).
        System.setProperty(TurnLog.RUN_PROPERTY, folder.path().toAbsolutePath().toString());
        out.printf("%d cells, results in %s%n", matrix.cells().size(), folder.path());
        folder.write(List.of());
        new Outcomes(List.of(), matrix.vetoed()).write(folder.path());
        boolean allGood = measure(matrix, folder);
        out.println();
        out.print(Report.read(folder.path()).text());
        out.printf("%nresults: %s%n", folder.path());
        return allGood;
    }

    /** Measures cell by cell; what came of each is on disk before the next begins. */
    private boolean measure(Matrix matrix, RunFolder folder) {
        var failed = new ArrayList<FailedArm>();
        var results = new ArrayList<RunResult>();
        var progress = new ConsoleProgress(out, live, matrix);
        try (PrintStream log = log(logFile(folder))) {
            OutputFormat logFormat =
                    OutputFormatFactory.createFormatInstance(
                            log, options.verbosity().orElse(Defaults.VERBOSITY));
            for (int i = 0; i < matrix.cells().size(); i++) {
                Cell cell = matrix.cells().get(i);
                progress.begin(i);
                try {
                    RunResult result =
                            new Runner(
                                            optionsOf(cell, folder),
                                            new LoggedFormat(logFormat, progress))
                                    .runSingle();
                    results.add(result);
                    folder.write(results);
                    progress.measured(summary(result));
                    failedTurns(result)
                            .ifPresent(
                                    reason ->
                                            failed.add(
                                                    new FailedArm(
                                                            cell.benchmark(),
                                                            cell.params(),
                                                            reason)));
                } catch (RunnerException | BenchmarkException e) {
                    e.printStackTrace(log);
                    String reason = FailureReason.of(e);
                    failed.add(new FailedArm(cell.benchmark(), cell.params(), reason));
                    progress.failed(reason + " (more in " + logFile(folder) + ")");
                }
                new Outcomes(failed, matrix.vetoed()).write(folder.path());
            }
        }
        writeWhereJmhWould(results);
        return failed.isEmpty();
    }

    private Options optionsOf(Cell cell, RunFolder folder) {
        // Prepended, since what is appended would stand in place of what a benchmark's own
        // annotation appends.
        var jvmArguments = new ArrayList<String>(options.getJvmArgsPrepend().orElse(List.of()));
        jvmArguments.add(ModelBenchmark.NATIVE_ACCESS);
        jvmArguments.add("-D" + TurnLog.RUN_PROPERTY + "=" + folder.path().toAbsolutePath());
        ChainedOptionsBuilder builder =
                new OptionsBuilder()
                        .parent(optionsOfCells)
                        .include("^" + Pattern.quote(cell.benchmark()) + "$")
                        .shouldFailOnError(true)
                        .addProfiler(SuiteProfiler.class)
                        .jvmArgsPrepend(jvmArguments.toArray(String[]::new));
        cell.params().forEach(builder::param);
        return builder.build();
    }

    private void requireProfilers() {
        options.getProfilers()
                .forEach(
                        profiler -> {
                            try {
                                ProfilerFactory.getProfilerOrException(profiler);
                            } catch (ProfilerException e) {
                                throw InputException.wrongUse(
                                        "-prof %s: expected a profiler of JMH that works here, found %s. -lprof lists them."
                                                .formatted(
                                                        profiler.getKlass(),
                                                        e.getCause()
                                                                        instanceof
                                                                        ClassNotFoundException
                                                                ? "none of that name"
                                                                : "that this one does not: "
                                                                        + e.getMessage()));
                            }
                        });
    }

    /** What JMH says goes where it was told to ({@code -o}), or into the run's folder. */
    private Path logFile(RunFolder folder) {
        return options.getOutput().hasValue() ? Path.of(options.getOutput().get()) : folder.log();
    }

    private static PrintStream log(Path file) {
        try {
            return new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected to write the log there, found that it cannot be written (%s). Name another file with -o."
                            .formatted(file, e),
                    e);
        }
    }

    /**
     * Each cell's run has written its own result to JMH's file ({@code -rff}, {@code -rf}); here
     * all stand together.
     */
    private void writeWhereJmhWould(List<RunResult> results) {
        if (options.getResult().hasValue() || options.getResultFormat().hasValue()) {
            ResultFormatType format = options.getResultFormat().orElse(Defaults.RESULT_FORMAT);
            String file =
                    options.getResult()
                            .orElse(
                                    Defaults.RESULT_FILE_PREFIX
                                            + "."
                                            + format.toString().toLowerCase(Locale.ROOT));
            ResultFormatFactory.getInstance(format, file).writeOut(results);
        }
    }

    /** Why a cell that has a result is not a success all the same. */
    private static Optional<String> failedTurns(RunResult result) {
        Result<?> turns = result.getSecondaryResults().get("turns.failed");
        return turns == null || turns.getScore() == 0
                ? Optional.empty()
                : Optional.of("turns failed, their reasons are in " + TurnLog.FILE);
    }

    private static String summary(RunResult result) {
        Result<?> primary = result.getPrimaryResult();
        return "%,.3f %s".formatted(primary.getScore(), primary.getScoreUnit());
    }
}
