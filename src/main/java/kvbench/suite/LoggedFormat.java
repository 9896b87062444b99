package kvbench.suite;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What JMH says goes to the run's log; of it the console hears when an iteration is over.
 *
 * <p>What it says when a fork has ended names files of profilers in the folder of the running fork,
 * which is about to get another name: the log has that one.
 */
final class LoggedFormat implements OutputFormat {
    private final OutputFormat log;
    private final VerboseMode verbosity;
    private final UnaryOperator<String> kept;
    private final ConsoleProgress progress;

    /**
     * @param kept gives a text's paths the names that they are kept under
     */
    LoggedFormat(
            PrintStream log,
            VerboseMode verbosity,
            UnaryOperator<String> kept,
            ConsoleProgress progress) {
        this.log = OutputFormatFactory.createFormatInstance(log, verbosity);
        this.verbosity = verbosity;
        this.kept = kept;
        this.progress = progress;
    }

    private void withKeptNames(Consumer<OutputFormat> saying) {
        var said = new ByteArrayOutputStream();
        try (var stream = new PrintStream(said, false, StandardCharsets.UTF_8)) {
            saying.accept(OutputFormatFactory.createFormatInstance(stream, verbosity));
        }
        log.print(kept.apply(said.toString(StandardCharsets.UTF_8)));
    }

    @Override
    public void iteration(BenchmarkParams benchmark, IterationParams params, int iteration) {
        log.iteration(benchmark, params, iteration);
    }

    @Override
    public void iterationResult(
            BenchmarkParams benchmark,
            IterationParams params,
            int iteration,
            IterationResult data) {
        log.iterationResult(benchmark, params, iteration, data);
        progress.iteration();
    }

    @Override
    public void startBenchmark(BenchmarkParams benchmark) {
        log.startBenchmark(benchmark);
    }

    @Override
    public void endBenchmark(BenchmarkResult result) {
        withKeptNames(format -> format.endBenchmark(result));
    }

    @Override
    public void startRun() {
        log.startRun();
    }

    @Override
    public void endRun(Collection<RunResult> results) {
        withKeptNames(format -> format.endRun(results));
    }

    @Override
    public void print(String text) {
        log.print(text);
    }

    @Override
    public void println(String text) {
        log.println(text);
    }

    @Override
    public void flush() {
        log.flush();
    }

    @Override
    public void close() {
        // The log is the run's, not the cell's.
    }

    @Override
    public void verbosePrintln(String text) {
        log.verbosePrintln(text);
    }

    @Override
    public void write(int value) {
        log.write(value);
    }

    @Override
    public void write(byte[] values) throws IOException {
        log.write(values);
    }
}
