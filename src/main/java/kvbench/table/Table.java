package kvbench.table;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** What a cell says beside its text, for readers of colours and for readers of none. */
    public enum Mark {
        PLAIN,
        /** The figure that the others are held against. */
        BASELINE,
        BETTER,
        WORSE,
        SAME,
        UNDECIDED,
        /** There is no figure, for a reason that a note tells. */
        MISSING
    }

    /**
     * How a figure stands to that of a baseline, for programs: a reader has it in the detail.
     *
     * @param verdict what was found, or "" where it stands to nothing
     * @param ratio to the baseline's figure
     * @param low lower end of the ratio's 95 % interval
     * @param high upper end of it
     * @param p of the test, corrected for the number of comparisons
     */
    public record Standing(String verdict, double ratio, double low, double high, double p) {
        public static final Standing NONE =
                new Standing("", Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    /**
     * @param text as shown
     * @param spread how far the figure can be trusted, or ""
     * @param detail how it stands to others, or ""
     * @param value the figure behind it in SI units or bytes, or NaN where there is none
     * @param mark what it says
     * @param standing how it stands to a baseline
     */
    public record Cell(
            String text, String spread, String detail, double value, Mark mark, Standing standing) {
        public Cell(String text, String spread, String detail, double value, Mark mark) {
            this(text, spread, detail, value, mark, Standing.NONE);
        }

        public Cell(String text, double value) {
            this(text, "", "", value, Mark.PLAIN);
        }

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

        /** Text, spread and detail in one line. */
        public String line() {
            return Stream.of(text, spread, detail)
                    .filter(part -> !part.isEmpty())
                    .collect(Collectors.joining(" "));
        }
    }
}
