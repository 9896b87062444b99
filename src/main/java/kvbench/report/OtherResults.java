package kvbench.report;

import kvbench.results.JmhResult;
import kvbench.stats.Estimate;
import kvbench.stats.Statistics;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The results that have no strategy, as those of another suite: each a row, nothing left out. */
final class OtherResults {
    private OtherResults() {}

    static Optional<Table> of(List<JmhResult> results) {
        if (results.isEmpty()) {
            return Optional.empty();
        }
        var rows = new ArrayList<List<Cell>>();
        for (JmhResult result : results) {
            Estimate score = Statistics.ofForks(result.primary().samples());
            rows.add(
                    List.of(
                            Cell.words(result.shortName()),
                            Cell.words(result.mode()),
                            Cell.words(Groups.words(result.params())),
                            Cell.words(result.primary().unit()),
                            Cell.number(score.median(), 1),
                            Cell.percent(score.relativeSpread())));
        }
        return Optional.of(
                new Table(
                        "Benchmarks without a strategy",
                        List.of(
                                Column.words("benchmark"),
                                Column.words("mode"),
                                Column.words("parameters"),
                                Column.words("unit"),
                                Column.numbers("median", ""),
                                Column.numbers("+-", "")),
                        rows,
                        List.of(Footnotes.medians(results) + " " + Footnotes.spread(results))));
    }
}
