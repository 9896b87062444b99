package kvbench.store;

import kvbench.bench.TurnLog;
import kvbench.context.RunContext;
import kvbench.context.SomeContext;

import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.AverageTimeResult;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.ScalarResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.options.TimeValue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Plans, contexts and results for tests of what is kept of a run. */
final class Runs {
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    static final String BENCHMARK = "kvbench.bench.ConversationBenchmark.converse";

    private Runs() {}

    static RunContext context(String commit) {
        return SomeContext.ofCommit(commit);
    }

    /**
     * Two arms of two forks, which measure two turns each, in an order that is not the matrix's.
     */
    static RunPlan plan() {
        return plan(
                List.of(cell(0, "none"), cell(1, "static")),
                List.of(
                        new ForkRun(1, 1),
                        new ForkRun(0, 1),
                        new ForkRun(0, 2),
                        new ForkRun(1, 2)));
    }

    static RunPlan plan(List<PlannedCell> cells, List<ForkRun> order) {
        return new RunPlan(
                RunPlan.SCHEMA_VERSION,
                List.of("Conversation"),
                List.of(),
                "1/1",
                7,
                cells,
                order,
                List.of(),
                List.of());
    }

    static PlannedCell cell(int index, String strategy) {
        return new PlannedCell(index, BENCHMARK, Map.of("strategy", strategy, "turns", "2"), 2, 2);
    }

    /** What one fork measured: two iterations, of {@code millis} and of one more. */
    static BenchmarkResult result(String strategy, int fork, double millis) {
        BenchmarkParams params =
                params(
                        strategy,
                        1,
                        List.of("-Xmx1g", "-Dkvbench.fork=" + fork, "-Dkvbench.fork.folder=x"));
        return new BenchmarkResult(
                params, List.of(iteration(params, millis), iteration(params, millis + 1)));
    }

    static IterationResult iteration(BenchmarkParams params, double millis) {
        var iteration = new IterationResult(params, params.getMeasurement(), null);
        iteration.addResult(
                new AverageTimeResult(
                        ResultRole.PRIMARY,
                        "step",
                        1,
                        (long) (millis * 1e6),
                        TimeUnit.MILLISECONDS));
        iteration.addResult(new ScalarResult("kv.held", millis, "bytes", AggregationPolicy.AVG));
        iteration.addResult(new ScalarResult("most", millis, "x", AggregationPolicy.MAX));
        iteration.addResult(new ScalarResult("all", millis, "x", AggregationPolicy.SUM));
        return iteration;
    }

    static BenchmarkParams params(String strategy, int forks, List<String> jvmArguments) {
        return params(strategy, forks, Mode.AverageTime, TimeValue.NONE, jvmArguments);
    }

    /** Of a fork that was measured in another way. */
    static BenchmarkParams params(
            String strategy, Mode mode, TimeValue time, List<String> jvmArguments) {
        return params(strategy, 1, mode, time, jvmArguments);
    }

    private static BenchmarkParams params(
            String strategy, int forks, Mode mode, TimeValue time, List<String> jvmArguments) {
        var warmup = new IterationParams(IterationType.WARMUP, 2, TimeValue.NONE, 1);
        var measurement = new IterationParams(IterationType.MEASUREMENT, 2, time, 1);
        var values = new WorkloadParams();
        values.put("strategy", strategy, 0);
        return new BenchmarkParams(
                BENCHMARK,
                "generated",
                false,
                1,
                new int[] {1},
                List.of(),
                forks,
                0,
                warmup,
                measurement,
                mode,
                values,
                TimeUnit.MILLISECONDS,
                1,
                "java",
                jvmArguments,
                "25",
                "vm",
                "25",
                "1.37",
                TimeValue.minutes(1));
    }

    static void measure(RunFolder folder, int cell, int fork, double millis) {
        var run = new ForkRun(cell, fork);
        Path running = folder.begin(run);
        writeTurns(running, fork, "fork " + fork, 2);
        String strategy = folder.plan().cell(run).params().get("strategy");
        BenchmarkResult result = Runs.result(strategy, fork, millis);
        folder.keep(run, running, result);
    }

    /** As many turns, as a fork writes them. */
    static void writeTurns(Path fork, int number, String words, int turns) {
        int columns = TurnLog.header().strip().split(",").length;
        var row = new ArrayList<String>();
        for (int i = 0; i < columns; i++) {
            row.add("x");
        }
        row.set(9, Integer.toString(number));
        row.set(columns - 2, "true");
        row.set(columns - 1, words);
        try {
            Files.writeString(
                    fork.resolve("turns.csv"),
                    TurnLog.header() + (String.join(",", row) + "\n").repeat(turns));
            Files.writeString(
                    fork.resolve("tokens.jsonl"), ("{\"fork\":" + number + "}\n").repeat(turns));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
