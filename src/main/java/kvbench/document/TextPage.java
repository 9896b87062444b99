package kvbench.document;

import kvbench.table.TextTable;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A document as plain ASCII text of at most 110 columns; charts are left to the other faces. */
public final class TextPage {
    private TextPage() {}

    /** Summary, warnings and all sections. */
    public static String full(Document document) {
        return render(document, document.sections());
    }

    /** Summary, warnings and the sections for every reader. */
    public static String brief(Document document) {
        return render(document, document.brief());
    }

    private static String render(Document document, List<Section> sections) {
        var parts = new ArrayList<String>();
        parts.add(underlined(document.title()));
        if (!document.summary().isEmpty()) {
            parts.add(paragraph(document.summary()));
        }
        if (!document.warnings().isEmpty()) {
            parts.add(
                    paragraph(
                            document.warnings().stream()
                                    .map(warning -> "WARNING: " + warning)
                                    .toList()));
        }
        sections.stream()
                .flatMap(section -> section.blocks().stream())
                .forEach(block -> add(parts, block));
        return String.join("\n", parts);
    }

    private static void add(List<String> parts, Block block) {
        switch (block) {
            case Block.Lines lines -> parts.add(paragraph(lines.lines()));
            case Block.Commands commands ->
                    parts.add(
                            commands.commands().stream()
                                    .map(command -> "    " + TextTable.ascii(command) + "\n")
                                    .collect(Collectors.joining()));
            case Block.Tabular tabular -> parts.add(TextTable.render(tabular.table()));
            case Block.Figure figure -> {}
        }
    }

    private static String underlined(String title) {
        return paragraph(List.of(title)) + "=".repeat(Math.min(title.length(), 110)) + "\n";
    }

    private static String paragraph(List<String> lines) {
        return lines.stream()
                .flatMap(line -> TextTable.hanging(line).stream())
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }
}
