package kvbench.report;

import kvbench.results.JmhResult;
import kvbench.stats.Estimate;
import kvbench.stats.Statistics;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;

import java.util.ArrayList;
import java.util.List;

/** The table of benchmarks that have no table of their own: each result a row, nothing left out. */
final class OtherTable {
    private OtherTable() {}

    static List<Table> tables(List<JmhResult> results) {
        if (results.isEmpty()) {
            return List.of();
        }
        var rows = new ArrayList<List<Cell>>();
        for (JmhResult result : results) {
            Estimate score = Statistics.ofForks(result.primary().samples());
            rows.add(
                    List.of(
                            Cell.words(result.shortName()),
                            Cell.words(result.mode()),
                            Cell.words(Groups.words(result.params())),
                            Cell.number(score.median(), 1),
                            Cell.percent(score.relativeSpread()),
                            Cell.words(result.primary().unit())));
        }
        return List.of(
                new Table(
                        "Other benchmarks",
                        List.of(
                                Column.words("benchmark"),
                                Column.words("mode"),
                                Column.words("parameters"),
                                Column.numbers("median", ""),
                                Column.numbers("+-", ""),
                                Column.words("unit")),
                        rows,
                        List.of(Footnotes.medians(results) + " " + Footnotes.spread(results))));
    }
}
