package kvbench.suite;

import kvbench.bench.ModelBenchmark;
import kvbench.bench.TurnLog;
import kvbench.matrix.Cell;
import kvbench.matrix.FailureReason;
import kvbench.matrix.JmhOptions;
import kvbench.matrix.Schedule;
import kvbench.ort.OrtLibrary;
import kvbench.profile.SuiteProfiler;
import kvbench.store.ForkRun;

import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.runner.BenchmarkException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Has JMH run one fork of one cell. */
final class ForkRunner {
    private final JmhOptions jmh;
    private final CommandLineOptions options;
    private final PrintStream log;

    /** What came of a fork. */
    sealed interface Outcome permits Measured, Failed {}

    /** A fork that gave a result. */
    record Measured(BenchmarkResult result) implements Outcome {}

    /** A fork that gave none. */
    record Failed(String reason) implements Outcome {}

    /**
     * A runner with the options of a command line.
     *
     * @param log where the stack of a failure goes
     */
    ForkRunner(JmhOptions jmh, PrintStream log) {
        this.jmh = jmh;
        this.options = jmh.ofCells();
        this.log = log;
    }

    /**
     * Runs a fork and waits for it.
     *
     * @param folder where the fork keeps what it measures beside its times
     * @param format told what JMH says
     */
    Outcome run(Cell cell, ForkRun run, Path folder, OutputFormat format) {
        Map<String, String> identity =
                Map.of(
                        TurnLog.FOLDER_PROPERTY, folder.toAbsolutePath().toString(),
                        TurnLog.FORK_PROPERTY, Integer.toString(run.fork()));
        try {
            return new Measured(
                    new Runner(options(cell, run, folder, identity), format)
                            .runSingle()
                            .getBenchmarkResults()
                            .iterator()
                            .next());
        } catch (RunnerException | BenchmarkException e) {
            e.printStackTrace(log);
            return new Failed(
                    FailureReason.of(e)
                            + CrashReport.in(folder)
                                    .map(
                                            report ->
                                                    "; %s in the fork's folder tells more"
                                                            .formatted(report.getFileName()))
                                    .orElse(""));
        }
    }

    private Options options(Cell cell, ForkRun run, Path folder, Map<String, String> identity) {
        // Prepended, since what is appended stands in place of what a benchmark's own annotation
        // appends: where a user does that, the annotation's native access is lost.
        var jvmArguments = new ArrayList<String>(options.getJvmArgsPrepend().orElse(List.of()));
        if (options.getJvmArgsAppend().hasValue()) {
            jvmArguments.add(ModelBenchmark.NATIVE_ACCESS);
        }
        CrashReport.option(folder, options).ifPresent(jvmArguments::add);
        jvmArguments.add(
                "-D%s=%d".formatted(SuiteProfiler.PARENT_PROPERTY, ProcessHandle.current().pid()));
        // A fork has the same environment and jar, but its own properties where a user gives them.
        Optional.ofNullable(System.getProperty(OrtLibrary.PATH_PROPERTY))
                .ifPresent(
                        given -> jvmArguments.add("-D" + OrtLibrary.PATH_PROPERTY + "=" + given));
        identity.forEach((name, value) -> jvmArguments.add("-D" + name + "=" + value));
        Schedule schedule = cell.schedule();
        ChainedOptionsBuilder builder =
                new OptionsBuilder()
                        .parent(options)
                        .include("^" + Pattern.quote(cell.benchmark()) + "$")
                        .shouldFailOnError(true)
                        .forks(1)
                        .warmupForks(0)
                        .warmupIterations(schedule.warmups())
                        .measurementIterations(schedule.measurements())
                        .addProfiler(SuiteProfiler.class)
                        .jvmArgsPrepend(jvmArguments.toArray(String[]::new));
        if (schedule.isTimed()) {
            builder.warmupTime(schedule.warmupTime()).measurementTime(schedule.measurementTime());
        }
        jmh.profilers()
                .configs(folder)
                .forEach(profiler -> builder.addProfiler(profiler.getKlass(), profiler.getOpts()));
        cell.params().forEach(builder::param);
        return builder.build();
    }
}
