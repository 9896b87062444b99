package kvbench.store;

import kvbench.context.Comparability;
import kvbench.context.Difference;
import kvbench.context.RunContext;
import kvbench.model.InputException;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.RunResult;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether two runs were measured alike, so that their results may stand in one file. */
final class Mergeable {
    private Mergeable() {}

    /**
     * @throws InputException if not, with what differs
     */
    static void require(RunFolder first, RunFolder other) {
        RunContext left = first.context();
        RunContext right = other.context();
        String differences =
                Stream.of(
                                Comparability.of(left, right).blocking().stream()
                                        .map(Difference::toString),
                                Comparability.exactTokens(left, right).stream()
                                        .map(Difference::toString),
                                turns(first.plan(), other.plan()),
                                schedules(first, other).stream())
                        .flatMap(lines -> lines)
                        .map(line -> "\n  " + line)
                        .collect(Collectors.joining());
        if (!differences.isEmpty()) {
            throw InputException.unusable(
                    "%s and %s: expected runs that were measured alike, found differences. Give runs of one machine, suite and model, with the same options.%s"
                            .formatted(first.path(), other.path(), differences));
        }
    }

    /** What differs and keeps nobody from joining them. */
    static List<Difference> worthKnowing(RunFolder first, RunFolder other) {
        return Comparability.of(first.context(), other.context()).worthKnowing().stream()
                .filter(difference -> !difference.field().equals("utc"))
                .toList();
    }

    /** Cells of which a fork measures another number of turns, be there a result or none. */
    private static Stream<String> turns(RunPlan first, RunPlan other) {
        return first.cells().stream()
                .flatMap(
                        mine ->
                                other.cells().stream()
                                        .filter(mine::isSameAs)
                                        .filter(theirs -> theirs.turns() != mine.turns())
                                        .map(
                                                theirs ->
                                                        "%s %s: %d turns of a fork, but %d"
                                                                .formatted(
                                                                        mine.benchmark(),
                                                                        mine.params(),
                                                                        mine.turns(),
                                                                        theirs.turns())));
    }

    private static List<String> schedules(RunFolder first, RunFolder other) {
        Map<String, String> known = schedules(first);
        return schedules(other).entrySet().stream()
                .filter(
                        entry ->
                                known.containsKey(entry.getKey())
                                        && !known.get(entry.getKey()).equals(entry.getValue()))
                .map(
                        entry ->
                                "%s: %s, but %s"
                                        .formatted(
                                                entry.getKey(),
                                                known.get(entry.getKey()),
                                                entry.getValue()))
                .toList();
    }

    /** How each benchmark of a run was measured: alike for all of its cells. */
    private static Map<String, String> schedules(RunFolder run) {
        var schedules = new LinkedHashMap<String, String>();
        run.runResults()
                .forEach(
                        result ->
                                schedules.put(
                                        result.getParams().getBenchmark(),
                                        "%s, figures %s"
                                                .formatted(
                                                        schedule(result.getParams()),
                                                        figures(result))));
        return schedules;
    }

    /**
     * What was measured beside the time, as by profilers: JMH would take a figure that one side
     * lacks for 0. Reasons of what is NaN may differ.
     */
    private static String figures(RunResult result) {
        return result.getSecondaryResults().keySet().stream()
                .filter(name -> !name.contains(" "))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static String schedule(BenchmarkParams params) {
        return "mode %s in %s, %s, %s, %d operations, %d threads, JVM options %s"
                .formatted(
                        params.getMode().shortLabel(),
                        params.getTimeUnit(),
                        iterations(params.getWarmup()),
                        iterations(params.getMeasurement()),
                        params.getOpsPerInvocation(),
                        params.getThreads(),
                        params.getJvmArgs().stream()
                                .filter(word -> !Comparability.isWithoutEffect(word))
                                .toList());
    }

    private static String iterations(IterationParams params) {
        return "%d x %s of batch size %d"
                .formatted(params.getCount(), params.getTime(), params.getBatchSize());
    }
}
