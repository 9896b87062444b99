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

    private final String suffix;

    private NotebookCharts(Conversations.Group group, String suffix) {
        byStrategy = Conversations.byStrategy(group.turns());
        subject = group.subject();
        this.suffix = suffix;
    }

    /**
     * The charts of a group of conversations; none where no turn was answered.
     *
     * @param suffix of the charts' names, which tells groups apart
     */
    static List<Block.Figure> of(Conversations.Group group, String suffix) {
        Conversations.Group answered = group.answered();
        return answered.turns().isEmpty() ? List.of() : new NotebookCharts(answered, suffix).all();
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
                slug + suffix,
                BarChart.of(
                        title,
                        "%s of %s: of each fork its own, drawn is the median of the forks with their interval."
                                .formatted(title, subject),
                        axis,
                        bars));
    }

    private static double sum(List<TurnRow> turns, String column) {
        return turns.stream().mapToDouble(turn -> turn.number(column)).sum();
    }
}
