package kvbench.document;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;

import kvbench.chart.ChartRenderer;
import kvbench.table.Table;
import kvbench.table.Table.Align;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;
import kvbench.table.Table.Mark;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A document as one HTML file that needs nothing else: readable offline, in print, on a phone, in
 * the dark, without scripts. Each chart has its figures as a table beside it.
 */
public final class HtmlPage {
    private static final Template PAGE =
            Mustache.compiler()
                    .defaultValue("")
                    .emptyStringIsFalse(true)
                    .withEscaper(text -> Escapers.HTML.escape(withoutControls(text)))
                    .withLoader(name -> new StringReader(resource(name + ".html")))
                    .compile(resource("page.html"));

    private final Optional<ChartRenderer> renderer;

    private HtmlPage(Optional<ChartRenderer> renderer) {
        this.renderer = renderer;
    }

    /**
     * The document as a page.
     *
     * @param renderer draws the charts; where there is none, their figures stand alone
     */
    public static String full(Document document, Optional<ChartRenderer> renderer) {
        return new HtmlPage(renderer).render(document);
    }

    private String render(Document document) {
        var page = new HashMap<String, Object>();
        page.put("title", document.title());
        page.put("style", resource("page.css"));
        page.put("chartStyle", ChartRenderer.darkModeCss());
        page.put("script", resource("page.js"));
        page.put("summary", document.summary());
        page.put("warnings", document.warnings());
        page.put("hasWarnings", !document.warnings().isEmpty());
        List<Map<String, Object>> lead = lead(document);
        page.put("lead", lead);
        var sections = new ArrayList<Map<String, Object>>();
        document.sections().stream()
                .skip(lead.size())
                .filter(section -> !section.isEmpty())
                .forEach(section -> sections.add(section(section, sections.size())));
        page.put("sections", sections);
        return PAGE.execute(page);
    }

    /** A picture that comes before all else stands beside the answer. */
    private List<Map<String, Object>> lead(Document document) {
        return document.sections().stream()
                .limit(1)
                .map(Section::blocks)
                .filter(blocks -> blocks.size() == 1 && renderer.isPresent())
                .flatMap(List::stream)
                .filter(Block.Figure.class::isInstance)
                .map(block -> figure((Block.Figure) block, renderer.get()))
                .toList();
    }

    private Map<String, Object> section(Section section, int number) {
        return Map.of(
                "id",
                "section-" + (number + 1),
                "heading",
                section.heading(),
                "isFolded",
                section.depth() == Section.Depth.DETAIL,
                "blocks",
                blocks(section.blocks()));
    }

    /** Charts that follow each other stand beside each other where there is room. */
    private List<Map<String, Object>> blocks(List<Block> blocks) {
        var models = new ArrayList<Map<String, Object>>();
        var figures = new ArrayList<Map<String, Object>>();
        for (Block block : blocks) {
            if (block instanceof Block.Figure figure && renderer.isPresent()) {
                figures.add(figure(figure, renderer.get()));
            } else {
                flush(figures, models);
                models.add(block(block));
            }
        }
        flush(figures, models);
        return models;
    }

    private static void flush(List<Map<String, Object>> figures, List<Map<String, Object>> models) {
        if (!figures.isEmpty()) {
            models.add(Map.of("hasFigures", true, "figures", List.copyOf(figures)));
            figures.clear();
        }
    }

    private static Map<String, Object> block(Block block) {
        return switch (block) {
            case Block.Lines lines -> Map.of("lines", Map.of("items", lines.lines()));
            case Block.Commands commands ->
                    Map.of("commands", String.join("\n", commands.commands()));
            case Block.Tabular tabular -> Map.of("table", table(tabular.table()));
            case Block.Figure figure -> Map.of("table", table(figure.figures()));
        };
    }

    private static Map<String, Object> figure(Block.Figure figure, ChartRenderer charts) {
        return Map.of(
                "slug", figure.slug(),
                "title", figure.chart().title(),
                "svg", charts.svg(figure.chart(), figure.slug()),
                "description", figure.chart().description(),
                "table", table(figure.figures()));
    }

    private static Map<String, Object> table(Table table) {
        return Map.of(
                "caption", table.heading(),
                "columns", table.columns().stream().map(HtmlPage::column).toList(),
                "rows",
                        table.rows().stream()
                                .map(row -> Map.of("cells", cells(table.columns(), row)))
                                .toList(),
                "notes", table.notes().stream().map(HtmlPage::typographic).toList(),
                "hasNotes", !table.notes().isEmpty());
    }

    private static Map<String, Object> column(Column column) {
        return Map.of(
                "name", column.name(),
                "unit", column.unit(),
                "isWords", column.align() == Align.LEFT);
    }

    private static List<Map<String, Object>> cells(List<Column> columns, List<Cell> row) {
        var cells = new ArrayList<Map<String, Object>>();
        long headers = columns.stream().takeWhile(column -> column.align() == Align.LEFT).count();
        // A table of words alone tells something in its last column.
        headers = Math.min(headers, columns.size() - 1);
        for (Cell cell : row) {
            boolean isWords = columns.get(cells.size()).align() == Align.LEFT;
            cells.add(
                    Map.of(
                            "isHeader", cells.size() < headers,
                            "isFirst", cells.isEmpty(),
                            "said", said(cell.mark()),
                            "class",
                                    (isWords ? "words " : "")
                                            + cell.mark().name().toLowerCase(Locale.ROOT),
                            "text", typographic(cell.text()),
                            "spread", typographic(cell.spread()),
                            "detail", typographic(cell.detail())));
        }
        return cells;
    }

    /** What colours say, for who does not see them. */
    private static String said(Mark mark) {
        return switch (mark) {
            case BETTER -> "better";
            case WORSE -> "worse";
            default -> "";
        };
    }

    /** Plus-minus and minus as they are printed. */
    private static String typographic(String text) {
        return text.replace("+-", "\u00b1").replaceAll("^-(?=\\d)", "\u2212");
    }

    /** No page may hold them, whatever a file does. */
    private static String withoutControls(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\n\t]]|[\ud800-\udfff\ufffe\uffff]", "?");
    }

    private static String resource(String name) {
        try (InputStream stream = HtmlPage.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
