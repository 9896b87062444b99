package kvbench.store;

import kvbench.context.Comparability;
import kvbench.context.Difference;
import kvbench.context.RunContext;
import kvbench.model.InputException;
import kvbench.results.MetricNames;

import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.RunResult;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
        // Cells of one benchmark are measured alike, unless a suite has several sets of options:
        // parts of such a run are of the same words, and have each cell as the suite has it.
        Function<BenchmarkParams, String> what =
                first.plan().isOfSuite() && first.plan().words().equals(other.plan().words())
                        ? Mergeable::cell
                        : BenchmarkParams::getBenchmark;
        Map<String, Map<String, List<String>>> known = schedules(first, what);
        var differing = new ArrayList<String>();
        schedules(other, what)
                .forEach(
                        (benchmark, theirs) -> {
                            Map<String, List<String>> mine = known.getOrDefault(benchmark, theirs);
                            if (!mine.equals(theirs)) {
                                differing.add(benchmark + ": " + differing(mine, theirs));
                            }
                        });
        return differing;
    }

    private static String differing(
            Map<String, List<String>> mine, Map<String, List<String>> theirs) {
        return mine.keySet().stream()
                .filter(fact -> !mine.get(fact).equals(theirs.get(fact)))
                .map(
                        fact ->
                                "%s %s, but %s"
                                        .formatted(
                                                fact,
                                                less(mine.get(fact), theirs.get(fact)),
                                                less(theirs.get(fact), mine.get(fact))))
                .collect(Collectors.joining("; "));
    }

    /** What only the first has; where both have the same in another order, all of it. */
    private static String less(List<String> words, List<String> others) {
        List<String> rest = words.stream().filter(word -> !others.contains(word)).toList();
        boolean isReordered = rest.isEmpty() && words.containsAll(others);
        List<String> told = isReordered ? words : rest;
        return told.isEmpty() ? "none" : String.join(" ", told);
    }

    private static String cell(BenchmarkParams params) {
        return params.getParamsKeys().stream()
                .sorted()
                .map(name -> " " + name + "=" + params.getParam(name))
                .collect(Collectors.joining("", params.getBenchmark(), ""));
    }

    /** How each benchmark, or each cell, of a run was measured, fact by fact. */
    private static Map<String, Map<String, List<String>>> schedules(
            RunFolder run, Function<BenchmarkParams, String> what) {
        var schedules = new LinkedHashMap<String, Map<String, List<String>>>();
        run.runResults()
                .forEach(result -> schedules.put(what.apply(result.getParams()), schedule(result)));
        return schedules;
    }

    private static Map<String, List<String>> schedule(RunResult result) {
        BenchmarkParams params = result.getParams();
        var facts = new LinkedHashMap<String, List<String>>();
        facts.put("mode", List.of(params.getMode().shortLabel()));
        facts.put("unit", List.of(params.getTimeUnit().toString()));
        facts.put("warm-up", List.of(iterations(params, params.getWarmup())));
        facts.put("measurement", List.of(iterations(params, params.getMeasurement())));
        facts.put(
                "operations of an invocation",
                List.of(Integer.toString(params.getOpsPerInvocation())));
        facts.put("threads", List.of(Integer.toString(params.getThreads())));
        facts.put(
                "JVM options",
                params.getJvmArgs().stream()
                        .filter(word -> !Comparability.isWithoutEffect(word))
                        .toList());
        facts.put("figures", figures(result));
        return facts;
    }

    /**
     * What was measured beside the time, as by profilers: JMH would take a figure that one side
     * lacks for 0. Reasons of what is NaN may differ; what only some strategies have, the same cell
     * has on both sides.
     */
    private static List<String> figures(RunResult result) {
        return result.getSecondaryResults().keySet().stream()
                .filter(name -> !name.contains(" "))
                .filter(name -> !name.equals(MetricNames.GRAPH_RECORD))
                .sorted()
                .toList();
    }

    /** A single shot has no length, whatever {@code -w} and {@code -r} say. */
    private static String iterations(BenchmarkParams params, IterationParams iterations) {
        return "%d x %s of batch size %d"
                .formatted(
                        iterations.getCount(),
                        params.getMode() == Mode.SingleShotTime ? "1 call" : iterations.getTime(),
                        iterations.getBatchSize());
    }
}
