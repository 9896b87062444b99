package kvbench.report;

import kvbench.chart.Axis;
import kvbench.chart.BarChart;
import kvbench.chart.BarChart.Bar;
import kvbench.document.Block;
import kvbench.results.TurnRow;
import kvbench.stats.Estimate;
import kvbench.stats.Statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The notebook's three bars for each strategy: generation time, memory, tokens per second. The fork
 * is the replicate, memory is read while the cache is alive, and tokens per second come from
 * totals.
 */
final class NotebookCharts {
    private static final double MILLIS = 1e3;

    private final Map<String, List<TurnRow>> byStrategy;
    private final String subject;

    private NotebookCharts(List<TurnRow> turns) {
        byStrategy = Conversations.byStrategy(turns);
        subject = "conversations of %s turns".formatted(turns.getFirst().text("turns"));
    }

    /** The charts of the longest conversations among {@code turns}; none where there are none. */
    static List<Block.Figure> of(List<TurnRow> turns) {
        List<TurnRow> answered =
                Conversations.longest(turns).stream().filter(TurnRow::succeeded).toList();
        return answered.isEmpty() ? List.of() : new NotebookCharts(answered).all();
    }

    private List<Block.Figure> all() {
        return List.of(
                bars(
                        "bar-time",
                        "Mean generation time of a turn",
                        Axis.linear("s per turn").fromZero(),
                        fork -> sum(fork, "generationMillis") / MILLIS / fork.size()),
                bars(
                        "bar-memory",
                        "Most cache memory alive",
                        Axis.linear("bytes").fromZero().inBytes(),
                        fork ->
                                fork.stream()
                                        .mapToDouble(turn -> turn.number("kvPeakBytes"))
                                        .max()
                                        .orElse(Double.NaN)),
                bars(
                        "bar-throughput",
                        "Tokens per second",
                        Axis.linear("tokens/s").fromZero(),
                        fork ->
                                sum(fork, "generatedTokens")
                                        / (sum(fork, "generationMillis") / MILLIS)));
    }

    private Block.Figure bars(
            String slug, String title, Axis axis, Function<List<TurnRow>, Double> ofFork) {
        var bars = new ArrayList<Bar>();
        byStrategy.forEach(
                (strategy, turns) -> {
                    Map<String, List<TurnRow>> forks =
                            turns.stream()
                                    .collect(Collectors.groupingBy(turn -> turn.text("fork")));
                    Estimate estimate =
                            Statistics.ofForks(
                                    forks.values().stream()
                                            .map(fork -> List.of(ofFork.apply(fork)))
                                            .toList());
                    bars.add(Bar.of(strategy, estimate.median(), estimate.low(), estimate.high()));
                });
        return new Block.Figure(
                slug,
                BarChart.of(
                        title,
                        "%s of %s, median of the forks with their interval."
                                .formatted(title, subject),
                        axis,
                        bars));
    }

    private static double sum(List<TurnRow> turns, String column) {
        return turns.stream().mapToDouble(turn -> turn.number(column)).sum();
    }
}
