package kvbench.report;

import kvbench.results.JmhResult;
import kvbench.results.Metric;
import kvbench.results.MetricNames;
import kvbench.stats.Statistics;
import kvbench.table.Format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far noise alone parts two arms that are the same: what arms measured twice ({@code static@2}
 * beside {@code static}, A/A) tell of the run.
 */
final class NoiseFloor {
    private static final String AGAIN = "@[2-9]$";

    private NoiseFloor() {}

    /** Whether a column is an arm that was measured once more. */
    static boolean isAgain(String strategy) {
        return !withoutNumber(strategy).equals(strategy);
    }

    /** The strategy of an arm that was measured once more. */
    static String withoutNumber(String strategy) {
        return strategy.replaceFirst(AGAIN, "");
    }

    /** One line for each arm that was measured again; none where there is no such arm. */
    static List<String> of(List<JmhResult> results) {
        var ratios = new LinkedHashMap<String, List<Double>>();
        for (JmhResult again : results) {
            String strategy = Groups.strategy(again);
            String first = withoutNumber(strategy);
            if (isAgain(strategy)) {
                arm(results, again, first)
                        .ifPresent(
                                arm ->
                                        ratios.computeIfAbsent(
                                                        "%s against %s".formatted(strategy, first),
                                                        key -> new ArrayList<>())
                                                .add(median(again) / median(arm)));
            }
        }
        return ratios.entrySet().stream().map(NoiseFloor::line).toList();
    }

    /** The result that differs in the strategy alone. */
    private static Optional<JmhResult> arm(
            List<JmhResult> results, JmhResult again, String strategy) {
        Map<String, String> params = new LinkedHashMap<>(again.params());
        params.put(Groups.STRATEGY, strategy);
        return results.stream()
                .filter(result -> result.benchmark().equals(again.benchmark()))
                .filter(result -> result.mode().equals(again.mode()))
                .filter(result -> result.params().equals(params))
                .findFirst();
    }

    /** Of the time that the tables compare: that of answers, where there are any. */
    private static double median(JmhResult result) {
        Metric time = result.secondary(MetricNames.GENERATION_TIME).orElse(result.primary());
        return Statistics.ofForks(time.samples()).median();
    }

    private static String line(Map.Entry<String, List<Double>> pair) {
        double widest =
                pair.getValue().stream()
                        .mapToDouble(ratio -> Math.exp(Math.abs(Math.log(ratio))))
                        .max()
                        .orElse(Double.NaN);
        int pairs = pair.getValue().size();
        return "Noise floor (A/A): %s, the same strategy measured twice, differ by up to %s (%d pair%s). A difference between strategies that is not larger says nothing."
                .formatted(pair.getKey(), Format.percent(widest - 1), pairs, pairs == 1 ? "" : "s");
    }
}
