package kvbench.table;

import kvbench.table.Table.Align;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Lays a {@link Table} out as plain text of at most {@value #WIDTH} columns.
 *
 * <p>Where it would be wider, words wrap, then the gaps between columns shrink, and then columns of
 * figures go below the others.
 */
public final class TextTable {
    private static final int WIDTH = 110;

    private static final int WIDE_GAP = 2;
    private static final int NARROW_GAP = 1;
    private static final int NARROWEST_WORDS = 12;
    private static final int LONGEST_WHOLE_WORD = 40;
    private static final String NOTE_INDENT = "  ";

    private final Table table;
    private final int[] widths;
    private final int gap;

    private TextTable(Table table) {
        this.table = table;
        this.widths = new int[table.columns().size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = naturalWidth(column);
        }
        narrowWords();
        gap = total(WIDE_GAP) <= WIDTH ? WIDE_GAP : NARROW_GAP;
    }

    /** The table with its heading and notes; each line ends in a newline. */
    public static String render(Table table) {
        var lines = new ArrayList<String>();
        lines.addAll(wrap(table.heading(), WIDTH));
        for (Table page : pages(table)) {
            lines.add("");
            lines.addAll(new TextTable(page).body());
        }
        if (!table.notes().isEmpty()) {
            lines.add("");
        }
        for (String note : table.notes()) {
            lines.addAll(hanging(note));
        }
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    /** Columns of figures that do not fit beside the others go below them, with the same labels. */
    private static List<Table> pages(Table table) {
        var whole = new TextTable(table);
        int labels = (int) table.columns().stream().takeWhile(TextTable::isOfWords).count();
        if (labels == 0 || whole.total(NARROW_GAP) <= WIDTH) {
            return List.of(table);
        }
        int labelWidth = IntStream.of(whole.widths).limit(labels).map(width -> width + 1).sum();
        var pages = new ArrayList<Table>();
        int first = labels;
        while (first < whole.widths.length) {
            int end = first + 1;
            int width = labelWidth + whole.widths[first];
            while (end < whole.widths.length && width + 1 + whole.widths[end] <= WIDTH) {
                width += 1 + whole.widths[end];
                end++;
            }
            pages.add(part(table, labels, first, end));
            first = end;
        }
        return pages;
    }

    private static boolean isOfWords(Column column) {
        return column.align() == Align.LEFT;
    }

    private static Table part(Table table, int labels, int first, int end) {
        return new Table(
                "",
                part(table.columns(), labels, first, end),
                table.rows().stream().map(row -> part(row, labels, first, end)).toList(),
                List.of());
    }

    private static <T> List<T> part(List<T> all, int labels, int first, int end) {
        return Stream.concat(all.subList(0, labels).stream(), all.subList(first, end).stream())
                .toList();
    }

    /** {@code text} in lines of at most {@link #WIDTH}, all but the first indented. */
    public static List<String> hanging(String text) {
        List<String> lines = wrap(text, WIDTH - NOTE_INDENT.length());
        return IntStream.range(0, lines.size())
                .mapToObj(line -> (line == 0 ? "" : NOTE_INDENT) + lines.get(line))
                .toList();
    }

    private List<String> body() {
        var lines = new ArrayList<String>();
        lines.addAll(row(Column::name, table.columns()));
        if (table.columns().stream().anyMatch(column -> !column.unit().isEmpty())) {
            lines.addAll(row(Column::unit, table.columns()));
        }
        lines.add(
                IntStream.of(widths)
                        .mapToObj("-"::repeat)
                        .collect(Collectors.joining(" ".repeat(gap))));
        for (List<Cell> cells : table.rows()) {
            lines.addAll(row(Cell::line, cells));
        }
        return lines;
    }

    private <T> List<String> row(Function<T, String> text, List<T> cells) {
        List<List<String>> wrapped =
                IntStream.range(0, cells.size())
                        .mapToObj(column -> wrap(text.apply(cells.get(column)), widths[column]))
                        .toList();
        int height = wrapped.stream().mapToInt(List::size).max().orElse(0);
        return IntStream.range(0, height).mapToObj(line -> line(wrapped, line)).toList();
    }

    private String line(List<List<String>> wrapped, int line) {
        var text = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            List<String> cell = wrapped.get(column);
            String part = line < cell.size() ? cell.get(line) : "";
            String padding = " ".repeat(Math.max(0, widths[column] - part.length()));
            boolean left = table.columns().get(column).align() == Align.LEFT;
            text.append(column == 0 ? "" : " ".repeat(gap))
                    .append(left ? part + padding : padding + part);
        }
        return text.toString().stripTrailing();
    }

    private int naturalWidth(int column) {
        Column header = table.columns().get(column);
        int widest = Math.max(header.name().length(), header.unit().length());
        return table.rows().stream()
                .mapToInt(row -> row.get(column).line().length())
                .reduce(widest, Math::max);
    }

    private int total(int gap) {
        return IntStream.of(widths).sum() + gap * (widths.length - 1);
    }

    /** Words are broken only where no column of figures could go below the others instead. */
    private void narrowWords() {
        int[] narrowest = IntStream.range(0, widths.length).map(this::narrowest).toArray();
        narrowWords(column -> narrowest[column]);
        if (table.columns().stream().filter(column -> !isOfWords(column)).count() < 2) {
            narrowWords(column -> NARROWEST_WORDS);
        }
    }

    /** Takes what is too wide from the widest column of words, again and again. */
    private void narrowWords(IntUnaryOperator narrowest) {
        while (total(WIDE_GAP) > WIDTH) {
            int widest = -1;
            for (int column = 0; column < widths.length; column++) {
                if (table.columns().get(column).align() == Align.LEFT
                        && widths[column] > narrowest.applyAsInt(column)
                        && (widest < 0 || widths[column] > widths[widest])) {
                    widest = column;
                }
            }
            if (widest < 0) {
                return;
            }
            widths[widest]--;
        }
    }

    /**
     * A short column stays whole, and a word is not broken as long as it leaves the others room.
     */
    private int narrowest(int column) {
        return Math.max(NARROWEST_WORDS, Math.min(longestWord(column), LONGEST_WHOLE_WORD));
    }

    private int longestWord(int column) {
        return table.rows().stream()
                .flatMap(row -> Stream.of(row.get(column).line().split(" ")))
                .mapToInt(String::length)
                .max()
                .orElse(0);
    }

    /** Breaks at blanks, and inside a word only where it alone is too long. */
    private static List<String> wrap(String text, int width) {
        var lines = new ArrayList<String>();
        String rest = ascii(text);
        while (rest.length() > width) {
            int blank = rest.lastIndexOf(' ', width);
            int end = blank > 0 ? blank : width;
            lines.add(rest.substring(0, end));
            rest = rest.substring(end).strip();
        }
        lines.add(rest);
        return lines;
    }

    /** What a file holds may be anything: only printing ASCII reaches a terminal. */
    public static String ascii(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
