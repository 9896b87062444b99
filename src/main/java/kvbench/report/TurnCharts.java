package kvbench.report;

import kvbench.chart.Axis;
import kvbench.chart.XyChart;
import kvbench.chart.XyChart.Point;
import kvbench.chart.XyChart.Series;
import kvbench.chart.XyChart.Style;
import kvbench.document.Block;
import kvbench.results.TurnRow;
import kvbench.stats.Statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A conversation turn by turn, as the notebook charted it: time, throughput and memory, and what it
 * did not chart, the time to the first token. Each repetition is a dot, the line is the median.
 */
final class TurnCharts {
    private static final double MILLIS = 1e3;
    private static final String TTFT_COLUMN = "ttftMillis";
    private static final Axis TTFT_AXIS = Axis.linear("TTFT, ms").fromZero();

    private final Map<String, List<TurnRow>> rows; // by the name of their series
    private final String subject;
    private final String suffix;

    private TurnCharts(Conversations.Group group, Map<String, List<TurnRow>> rows, String suffix) {
        this.rows = rows;
        this.subject = group.subject();
        this.suffix = suffix;
    }

    /**
     * The charts of a group of conversations; none where no turn was answered.
     *
     * @param suffix of the charts' names, which tells groups apart
     */
    static List<Block.Figure> of(Conversations.Group group, String suffix) {
        Conversations.Group answered = group.answered();
        return answered.turns().isEmpty()
                ? List.of()
                : new TurnCharts(answered, Conversations.byStrategy(answered.turns()), suffix)
                        .all();
    }

    /**
     * The time to the first token of conversations whose caches lived for a turn, and for the
     * session; none where no turn was answered.
     *
     * @param suffix of the chart's name, which tells groups apart
     */
    static Optional<Block.Figure> ofScopes(Conversations.Group group, String suffix) {
        Conversations.Group answered = group.answered();
        if (answered.turns().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new TurnCharts(answered, Conversations.byStrategyAndScope(answered.turns()), suffix)
                        .figure(
                                "turn-ttft-scopes",
                                "Time to the first token by turn and scope of the cache",
                                TTFT_COLUMN,
                                1,
                                TTFT_AXIS));
    }

    private List<Block.Figure> all() {
        return List.of(
                figure(
                        "turn-time",
                        "Generation time by turn",
                        "generationMillis",
                        1 / MILLIS,
                        Axis.log("s per turn")),
                figure(
                        "turn-throughput",
                        "Throughput by turn",
                        "tokensPerSecond",
                        1,
                        Axis.linear("tokens/s").fromZero()),
                figure(
                        "turn-memory",
                        "Cache memory by turn",
                        "kvPeakBytes",
                        1,
                        Axis.linear("most cache bytes alive").fromZero().inBytes()),
                figure("turn-ttft", "Time to the first token by turn", TTFT_COLUMN, 1, TTFT_AXIS));
    }

    private Block.Figure figure(
            String slug, String title, String column, double factor, Axis axis) {
        var series = new ArrayList<Series>();
        rows.forEach(
                (name, shown) -> {
                    series.add(Series.of(name, Style.DOTS, dots(shown, column, factor)));
                    series.add(Series.of(name, Style.LINE, medians(shown, column, factor)));
                });
        return new Block.Figure(
                slug + suffix,
                XyChart.of(
                        title,
                        "%s (%s) in %s: a dot is a repetition, a line their median; strategies %s."
                                .formatted(
                                        title,
                                        axis.label(),
                                        subject,
                                        String.join(", ", rows.keySet())),
                        Axis.linear("turn"),
                        axis,
                        series));
    }

    private static List<Point> dots(List<TurnRow> rows, String column, double factor) {
        return rows.stream().map(row -> Point.of(row.turn(), row.number(column) * factor)).toList();
    }

    private static List<Point> medians(List<TurnRow> rows, String column, double factor) {
        var byTurn = new TreeMap<Double, List<Double>>();
        rows.forEach(
                row ->
                        byTurn.computeIfAbsent(row.turn(), key -> new ArrayList<>())
                                .add(row.number(column) * factor));
        var points = new ArrayList<Point>();
        byTurn.forEach(
                (turn, values) ->
                        points.add(Point.of(turn, Statistics.ofForks(List.of(values)).median())));
        return points;
    }
}
