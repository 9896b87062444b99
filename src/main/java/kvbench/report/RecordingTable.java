package kvbench.report;

import kvbench.results.JmhResult;
import kvbench.results.Metric;
import kvbench.results.MetricNames;
import kvbench.results.Units;
import kvbench.stats.Estimate;
import kvbench.stats.Statistics;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/** What it took to record decode steps as CUDA graphs: a row for each arm that replays them. */
final class RecordingTable {
    private static final double MILLIS_PER_SECOND = 1e3;

    private RecordingTable() {}

    static Optional<Table> of(List<JmhResult> results, TestNames names) {
        List<JmhResult> replayed =
                results.stream()
                        .filter(result -> result.secondary(MetricNames.GRAPH_RECORD).isPresent())
                        .toList();
        if (replayed.isEmpty()) {
            return Optional.empty();
        }
        var rows = new ArrayList<List<Cell>>();
        for (JmhResult result : replayed) {
            Metric metric = result.secondary(MetricNames.GRAPH_RECORD).orElseThrow();
            DoubleUnaryOperator seconds = Units.toSeconds(metric.unit());
            Estimate time = Statistics.ofForks(metric.samples());
            rows.add(
                    List.of(
                            Cell.words(names.of(result)),
                            Cell.words(Groups.strategy(result)),
                            Cell.words("ms"),
                            Cell.number(seconds.applyAsDouble(time.median()), MILLIS_PER_SECOND),
                            Cell.percent(time.relativeSpread())));
        }
        return Optional.of(
                new Table(
                        "Recording a decode step as a CUDA graph",
                        List.of(
                                Column.words("test"),
                                Column.words(Groups.STRATEGY),
                                Column.words("unit"),
                                Column.numbers("median", ""),
                                Column.numbers("+-", "")),
                        rows,
                        List.of(
                                "Once for each cache, as part of its first decode step; of"
                                        + " conversations the mean over turns.",
                                Footnotes.medians(replayed) + " " + Footnotes.spread(replayed))));
    }
}
