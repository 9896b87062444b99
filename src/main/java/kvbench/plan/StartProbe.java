package kvbench.plan;

import kvbench.engine.Computing;
import kvbench.matrix.Cell;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import java.util.regex.Pattern;

/**
 * Finds out how long a fork takes to start, to load its model and to end: has JMH run one that does
 * next to nothing else.
 */
final class StartProbe {
    private static final String BENCHMARK = "kvbench.bench.PrefillBenchmark.prefill";

    private final CommandLineOptions options;

    /**
     * @param options of the run that is planned: its forks' Java and arguments count
     */
    StartProbe(CommandLineOptions options) {
        this.options = options;
    }

    /**
     * Seconds of a fork with the model, strategy and way of computing of {@code cell}.
     *
     * @throws RunnerException if it fails
     */
    double seconds(Cell cell) throws RunnerException {
        ChainedOptionsBuilder builder =
                new OptionsBuilder()
                        .include("^" + Pattern.quote(BENCHMARK) + "$")
                        .forks(1)
                        .warmupForks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(1))
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .param("promptTokens", "1");
        if (options.getJvm().hasValue()) {
            builder.jvm(options.getJvm().get());
        }
        if (options.getJvmArgsPrepend().hasValue()) {
            builder.jvmArgsPrepend(options.getJvmArgsPrepend().get().toArray(String[]::new));
        }
        if (options.getJvmArgs().hasValue()) {
            builder.jvmArgs(options.getJvmArgs().get().toArray(String[]::new));
        }
        builder.param("model", cell.param("model"));
        Computing.PARAMETERS.forEach(name -> builder.param(name, cell.param(name)));
        builder.param(Cell.STRATEGY, cell.param(Cell.STRATEGY));
        long begin = System.nanoTime();
        new Runner(builder.build()).runSingle();
        return (System.nanoTime() - begin) / 1e9;
    }
}
