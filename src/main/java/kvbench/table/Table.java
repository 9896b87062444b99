package kvbench.table;

import java.util.List;

/**
 * A table before it is laid out.
 *
 * @param heading what all its rows have in common
 * @param columns from left to right
 * @param rows each with as many cells as there are columns
 * @param notes sentences to stand below
 */
public record Table(
        String heading, List<Column> columns, List<List<Cell>> rows, List<String> notes) {
    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        notes = List.copyOf(notes);
        for (List<Cell> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "a row of %d cells in a table of %d columns"
                                .formatted(row.size(), columns.size()));
            }
        }
    }

    /** To which side a column's cells go: words to the left, numbers to the right. */
    public enum Align {
        LEFT,
        RIGHT
    }

    /**
     * @param unit of its figures, or "" where they have none or name it themselves
     */
    public record Column(String name, String unit, Align align) {
        public static Column words(String name) {
            return new Column(name, "", Align.LEFT);
        }

        public static Column numbers(String name, String unit) {
            return new Column(name, unit, Align.RIGHT);
        }
    }

    /**
     * @param text as shown
     * @param value the figure behind it in SI units or bytes, or NaN where there is none
     */
    public record Cell(String text, double value) {
        public static Cell words(String text) {
            return new Cell(text, Double.NaN);
        }

        /** A figure in base units, shown as {@code scale} times it. */
        public static Cell number(double value, double scale) {
            return new Cell(Format.number(value * scale), value);
        }

        public static Cell bytes(double bytes) {
            return new Cell(Format.bytes(bytes), bytes);
        }

        public static Cell percent(double part) {
            return new Cell(Format.percent(part), part);
        }

        public static Cell ratio(double ratio) {
            return new Cell(Format.ratio(ratio), ratio);
        }
    }
}
