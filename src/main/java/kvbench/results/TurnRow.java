package kvbench.results;

import java.util.Map;

/**
 * One measured turn of a conversation: a row of {@code turns.csv}.
 *
 * @param values every column by its name, as written
 */
public record TurnRow(Map<String, String> values) {
    public TurnRow {
        values = Map.copyOf(values);
    }

    /** The text of a column, or "" where there is none. */
    public String text(String column) {
        return values.getOrDefault(column, "");
    }

    /** The number of a column, or NaN where there is none. */
    public double number(String column) {
        try {
            return Double.parseDouble(text(column));
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** The strategy that answered. */
    public String strategy() {
        return text("strategy");
    }

    /** Number of the turn in its conversation, from 1; NaN where the row has none. */
    public double turn() {
        return number("turn");
    }

    /** Whether it ended without an error. */
    public boolean succeeded() {
        return text("success").equals("true");
    }
}
