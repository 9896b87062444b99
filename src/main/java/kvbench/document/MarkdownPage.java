package kvbench.document;

import kvbench.table.Table;
import kvbench.table.Table.Align;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Mark;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A document as GitHub-flavoured Markdown; charts are pictures that lie beside it. */
public final class MarkdownPage {
    private final Optional<String> charts;

    private MarkdownPage(Optional<String> charts) {
        this.charts = charts;
    }

    /**
     * The document with links to the files of its charts, or without charts.
     *
     * @param charts folder of the charts' files, seen from the page
     */
    public static String full(Document document, Optional<String> charts) {
        return new MarkdownPage(charts).render(document, document.sections());
    }

    /** Summary, warnings and the sections for every reader, as for a comment on a pull request. */
    public static String brief(Document document) {
        return new MarkdownPage(Optional.empty()).render(document, document.brief());
    }

    private String render(Document document, List<Section> sections) {
        var lines = new ArrayList<String>();
        lines.add("# " + escaped(document.title()));
        lines.add("");
        document.summary().forEach(sentence -> lines.add("- " + escaped(sentence)));
        lines.add("");
        for (String warning : document.warnings()) {
            lines.add("> **Warning:** " + escaped(warning));
            lines.add("");
        }
        sections.stream().filter(this::hasWords).forEach(section -> section(lines, section));
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    /** A section of charts alone is nothing where there are no pictures. */
    private boolean hasWords(Section section) {
        return section.blocks().stream()
                .anyMatch(block -> charts.isPresent() || !(block instanceof Block.Figure));
    }

    private void section(List<String> lines, Section section) {
        lines.add("## " + escaped(section.heading()));
        lines.add("");
        for (Block block : section.blocks()) {
            switch (block) {
                case Block.Lines sentences -> {
                    sentences.lines().forEach(line -> lines.add("- " + escaped(line)));
                    lines.add("");
                }
                case Block.Commands commands -> {
                    String fence = fence(commands.commands());
                    lines.add(fence + "sh");
                    commands.commands()
                            .forEach(command -> lines.add(command.replaceAll("\\p{Cntrl}", "?")));
                    lines.add(fence);
                    lines.add("");
                }
                case Block.Tabular tabular -> table(lines, tabular.table());
                case Block.Figure figure ->
                        charts.ifPresent(
                                folder -> {
                                    lines.add(
                                            "![%s](%s/%s.svg)"
                                                    .formatted(
                                                            escaped(figure.chart().title()),
                                                            folder,
                                                            figure.slug()));
                                    lines.add("");
                                });
            }
        }
    }

    /** Longer than any that a command holds, which would end the block. */
    private static String fence(List<String> commands) {
        String fence = "```";
        while (String.join("\n", commands).contains(fence)) {
            fence += "`";
        }
        return fence;
    }

    private static void table(List<String> lines, Table table) {
        if (!table.heading().isEmpty()) {
            lines.add("**" + escaped(table.heading()) + "**");
            lines.add("");
        }
        lines.add(
                row(
                        table.columns(),
                        column ->
                                column.unit().isEmpty()
                                        ? escaped(column.name())
                                        : escaped(column.name() + " " + column.unit())));
        lines.add(row(table.columns(), column -> column.align() == Align.LEFT ? "---" : "--:"));
        table.rows().forEach(cells -> lines.add(row(cells, MarkdownPage::cell)));
        lines.add("");
        for (String note : table.notes()) {
            lines.add("<sub>" + typographic(escaped(note)) + "</sub>");
            lines.add("");
        }
    }

    private static String cell(Cell cell) {
        String line = typographic(escaped(cell.line()));
        return cell.mark() == Mark.BETTER || cell.mark() == Mark.WORSE ? "**" + line + "**" : line;
    }

    private static String typographic(String text) {
        return text.replace("+-", "±");
    }

    private static <T> String row(List<T> cells, Function<T, String> text) {
        return cells.stream().map(text).collect(Collectors.joining(" | ", "| ", " |"));
    }

    /** What a file holds may be anything: it must neither end a cell nor become markup. */
    private static String escaped(String text) {
        return text.replaceAll("\\p{Cntrl}", " ")
                .replaceAll("([\\\\|*_`<>\\[\\]#~])", "\\\\$1")
                .strip();
    }
}
