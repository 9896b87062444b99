package kvbench.results;

import kvbench.context.RunContext;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Builds a result in memory, with only what a test cares for. */
public final class SomeResult {
    public static final String STEP = "kvbench.bench.DecodeStepBenchmark.step";
    public static final String CONVERSE = "kvbench.bench.ConversationBenchmark.converse";

    private final String benchmark;
    private final String mode;
    private final Map<String, String> params = new TreeMap<>();
    private final Map<String, Metric> secondary = new LinkedHashMap<>();
    private int threads = 1;
    private ForkJvm jvm = ForkJvm.UNKNOWN;
    private Metric primary = new Metric("us/op", List.of(List.of(1.0)));

    public SomeResult(String benchmark, String mode) {
        this.benchmark = benchmark;
        this.mode = mode;
    }

    /** A decode step at a depth. */
    public static SomeResult step(String strategy, int depth) {
        return new SomeResult(STEP, "avgt").param("strategy", strategy).param("depth", depth);
    }

    /** A conversation of so many turns. */
    public static SomeResult converse(String strategy, int turns) {
        return new SomeResult(CONVERSE, "ss").param("strategy", strategy).param("turns", turns);
    }

    public SomeResult param(String name, Object value) {
        params.put(name, value.toString());
        return this;
    }

    public SomeResult threads(int count) {
        threads = count;
        return this;
    }

    /** The Java of the forks, of a version and with options. */
    public SomeResult jvm(String version, String... arguments) {
        jvm = new ForkJvm(version, "VM", version + "+1", List.of(arguments));
        return this;
    }

    /** What JMH timed, in forks of one iteration. */
    public SomeResult time(String unit, double... forks) {
        primary = new Metric(unit, ofOne(forks));
        return this;
    }

    /** What JMH timed, [fork][iteration]. */
    public SomeResult time(String unit, List<List<Double>> samples) {
        primary = new Metric(unit, samples);
        return this;
    }

    /** A secondary metric, in forks of one iteration. */
    public SomeResult metric(String name, String unit, double... forks) {
        secondary.put(name, new Metric(unit, ofOne(forks)));
        return this;
    }

    /** A secondary metric, [fork][iteration]. */
    public SomeResult metric(String name, String unit, List<List<Double>> samples) {
        secondary.put(name, new Metric(unit, samples));
        return this;
    }

    private static List<List<Double>> ofOne(double... forks) {
        return Arrays.stream(forks).mapToObj(List::of).toList();
    }

    public JmhResult build() {
        return new JmhResult(benchmark, mode, threads, jvm, params, primary, secondary);
    }

    /** A run without a context, in which all went well. */
    public static Run run(String name, SomeResult... results) {
        return new Run(
                Path.of("/runs", name, Run.RESULTS_FILE),
                Arrays.stream(results).map(SomeResult::build).toList(),
                Optional.empty(),
                Outcomes.none());
    }

    /** The same run, measured on something known. */
    public static Run on(RunContext context, Run run) {
        return new Run(run.json(), run.results(), Optional.of(context), run.outcomes());
    }

    /** The same run, of which not all went well. */
    public static Run with(Outcomes outcomes, Run run) {
        return new Run(run.json(), run.results(), run.context(), outcomes);
    }

    /** Outcomes of which {@code result}'s arm failed in fork 1. */
    public static Outcomes failed(String reason, SomeResult... results) {
        return new Outcomes(
                Arrays.stream(results)
                        .map(
                                result ->
                                        new FailedArm(
                                                result.benchmark, result.params, 1, 0, 1, reason))
                        .toList(),
                List.of(),
                List.of());
    }
}
