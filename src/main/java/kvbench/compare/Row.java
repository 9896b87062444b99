package kvbench.compare;

import kvbench.results.JmhResult;

import java.util.List;
import java.util.Map;

/**
 * One quantity of one cell of the matrix, in every column.
 *
 * @param example a result of the row: tells benchmark, mode and parameters
 * @param params what tells the row from others: its parameters but for the axis
 * @param run name of the run, where a row is of one, or ""
 * @param quantity what the figures are
 * @param unit {@code s}, {@code B}, or as JMH wrote it
 * @param entries in the order of the columns, the baseline's first
 */
public record Row(
        JmhResult example,
        Map<String, String> params,
        String run,
        Quantity quantity,
        String unit,
        List<Entry> entries) {
    public Row {
        entries = List.copyOf(entries);
    }

    /** That of the baseline. */
    public Entry baseline() {
        return entries.getFirst();
    }

    /** Those that are held against it. */
    public List<Entry> candidates() {
        return entries.subList(1, entries.size());
    }
}
