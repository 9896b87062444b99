package kvbench.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import kvbench.chart.Axis;
import kvbench.chart.BarChart;
import kvbench.chart.ChartRenderer;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Whatever a text of a document says, each of its faces stays what it is. */
class FacesTest {
    private static final String SCRIPT = "<script>alert('&amp;\"')</script>";

    @ParameterizedTest
    @ValueSource(
            strings = {
                SCRIPT,
                "</style></title><img src=x onerror=alert(1)>",
                "{{title}} {{{style}}}",
                "a | b ``` *c* _d_ [e](http://f) <!-- ",
                "\u001b[31m\u0000\r\n\u2028\ufffe\ud800",
                "%s %n $1 \\1",
                ""
            })
    void aHostileTextIsTextInHtml(String text) {
        String html = HtmlPage.full(SomeDocument.hostile(text), Optional.of(new ChartRenderer()));
        Page page = Page.of(html);
        assertEquals(0, page.all("img").size());
        assertEquals(1, page.all("script").size());
        assertEquals(1, page.all("h1").size());
        String visible = text.replaceAll("[\u001b\u0000\r\ufffe\ud800]", "?").strip();
        assertEquals(List.of(visible), page.texts("h1"));
        assertEquals(visible, page.texts("caption").getFirst());
    }

    @Test
    void aHostileTextIsTextInMarkdown() {
        String text = "|*_`<b>[x](y)\n# z~";
        String escaped = "\\|\\*\\_\\`\\<b\\>\\[x\\](y) \\# z\\~";
        List<String> lines =
                MarkdownPage.full(SomeDocument.hostile(text), Optional.of("charts"))
                        .lines()
                        .toList();
        assertEquals("# " + escaped, lines.getFirst());
        assertTrue(lines.contains("- " + escaped));
        assertTrue(lines.contains("> **Warning:** " + escaped));
        assertTrue(lines.contains("| %1$s | %1$s %1$s |".formatted(escaped)));
        assertTrue(lines.contains("| %1$s | **%1$s %1$s %1$s** |".formatted(escaped)));
        assertTrue(lines.contains("![%s](charts/a-chart.svg)".formatted(escaped)));
    }

    @Test
    void aCommandCannotEndItsBlockInMarkdown() {
        String markdown =
                MarkdownPage.full(SomeDocument.hostile("a```\nb ```` c"), Optional.empty());
        assertTrue(markdown.contains("`````sh\na```?b ```` c\n`````\n"), markdown);
    }

    @Test
    void aHostileTextIsOneFieldInCsv() {
        // The table, and the chart's figures
        assertEquals(
                """
                table,row,column,value,text,verdict,ratio,low,high,p
                'a,''b''','a,''b''','a,''b'' a,''b''',1.5,'a,''b'' a,''b'' a,''b''',,NaN,NaN,NaN,NaN
                'a,''b'', figures','a,''b'' | 1','a,''b''',2.0,2,,NaN,NaN,NaN,NaN
                'a,''b'', figures','a,''b'' | 2','a,''b''',4.0,4,,NaN,NaN,NaN,NaN
                """
                        .replace('\'', '"'),
                CsvPage.full(SomeDocument.hostile("a,\"b\"")));
    }

    @Test
    void aTableOfWordsAloneIsInTheCsv() {
        var table =
                new Table(
                        "outcomes",
                        List.of(Column.words("arm"), Column.words("fork"), Column.words("reason")),
                        List.of(
                                List.of(
                                        Cell.words("static"),
                                        Cell.words("1"),
                                        Cell.words("killed"))),
                        List.of());
        assertEquals(
                "table,row,column,value,text,verdict,ratio,low,high,p\n"
                        + "outcomes,static | 1,reason,NaN,killed,,NaN,NaN,NaN,NaN\n",
                CsvPage.full(document(new Block.Tabular(table))));
    }

    @Test
    void aHostileTextIsTextInJson() throws IOException {
        String text = SCRIPT + "\n\u0000";
        JsonNode root = new JsonMapper().readTree(JsonPage.full(SomeDocument.hostile(text)));
        assertEquals(text, root.path("title").asText());
        assertEquals(text, root.at("/sections/0/tables/0/rows/0/0/text").asText());
        assertEquals("NaN", root.at("/sections/0/tables/0/rows/0/0/value").asText());
        assertEquals(1.5, root.at("/sections/0/tables/0/rows/0/1/value").asDouble());
        assertEquals("worse", root.at("/sections/0/tables/0/rows/0/1/mark").asText());
    }

    @Test
    void aHostileTextIsAsciiInText() {
        String text = TextPage.full(SomeDocument.hostile("\u001b[31mst\u00e4tic"));
        assertTrue(text.contains("?[31mst?tic"), text);
        assertTrue(text.chars().allMatch(c -> c == '\n' || c >= ' ' && c <= '~'), text);
    }

    @Test
    void thePageNeedsNothingElse() {
        String html = HtmlPage.full(SomeDocument.hostile("text"), Optional.of(new ChartRenderer()));
        Page page = Page.of(html);
        for (String attribute : List.of("src", "href", "xlink:href", "action", "data")) {
            for (Element element : page.all("*")) {
                String value = element.getAttribute(attribute);
                assertTrue(
                        value.isEmpty() || value.startsWith("#"),
                        attribute + "=" + value + " of " + element.getTagName());
            }
        }
        assertFalse(html.replace("http://www.w3.org/2000/svg", "").contains("http"), html);
        assertFalse(html.contains("@import") || html.contains("url("), html);
        assertEquals(List.of(), page.all("link"));
    }

    @Test
    void theLinksOfThePageLeadSomewhere() {
        Page page =
                Page.of(
                        HtmlPage.full(
                                SomeDocument.hostile("text"), Optional.of(new ChartRenderer())));
        List<String> ids =
                page.all("*").stream()
                        .map(element -> element.getAttribute("id"))
                        .filter(id -> !id.isEmpty())
                        .toList();
        assertEquals(ids.stream().distinct().toList(), ids);
        for (Element link : page.all("a")) {
            assertTrue(ids.contains(link.getAttribute("href").substring(1)), ids::toString);
        }
    }

    @Test
    void aChartIsAPictureWithAnAlternative() {
        Page page =
                Page.of(
                        HtmlPage.full(
                                SomeDocument.hostile("text"), Optional.of(new ChartRenderer())));
        assertEquals(1, page.all("figure").size());
        Element figure = page.all("figure").getFirst();
        Element svg = Page.all(figure, "svg").getFirst();
        assertEquals("img", svg.getAttribute("role"));
        assertEquals("text", Page.all(svg, "title").getFirst().getTextContent());
        assertEquals(1, Page.all(figure, "table").size(), "its figures as a table");
    }

    @Test
    void withoutARendererTheFiguresStandAlone() {
        Page page = Page.of(HtmlPage.full(SomeDocument.hostile("text"), Optional.empty()));
        assertEquals(0, page.all("svg").size());
        assertEquals(List.of("text", "text, figures"), page.texts("caption"));
    }

    @Test
    void aTableHasACaptionAndScopes() {
        Page page = Page.of(HtmlPage.full(SomeDocument.hostile("text"), Optional.empty()));
        for (Element table : page.all("table")) {
            assertEquals(1, Page.all(table, "caption").size());
            Element head = Page.all(table, "thead").getFirst();
            Page.all(head, "th").forEach(th -> assertEquals("col", th.getAttribute("scope")));
            Element body = Page.all(table, "tbody").getFirst();
            for (Element row : Page.all(body, "tr")) {
                List<Element> headers = Page.all(row, "th");
                assertTrue(!headers.isEmpty() && headers.size() < Page.all(head, "th").size());
                headers.forEach(th -> assertEquals("row", th.getAttribute("scope")));
            }
        }
    }

    @Test
    void eachWordThatTellsARowFromOthersIsItsHeader() {
        var table =
                new Table(
                        "t",
                        List.of(
                                Column.words("test"),
                                Column.words("figure"),
                                Column.numbers("dynamic", "")),
                        List.of(
                                List.of(
                                        Cell.words("pp 512"),
                                        Cell.words("KV peak"),
                                        Cell.number(1, 1))),
                        List.of());
        Page page = Page.of(HtmlPage.full(document(new Block.Tabular(table)), Optional.empty()));
        Element body = page.all("tbody").getFirst();
        assertEquals(
                List.of("pp 512", "KV peak"),
                Page.all(body, "th").stream().map(Element::getTextContent).toList());
        assertEquals(1, Page.all(body, "td").size());
    }

    @Test
    void aDetailIsFoldedWithoutAScript() {
        Page page = Page.of(HtmlPage.full(SomeDocument.hostile("text"), Optional.empty()));
        assertEquals(List.of("Show text"), page.texts("summary"));
    }

    @Test
    void plusMinusIsPrintedAsSuchWhereTheFaceCan() {
        var table =
                new Table(
                        "t",
                        List.of(Column.words("a"), Column.numbers("b", "")),
                        List.of(
                                List.of(
                                        Cell.words("x"),
                                        new Cell("-1", "+-2%", "", 1, Table.Mark.PLAIN))),
                        List.of("+- is a spread"));
        Document document = document(new Block.Tabular(table));
        String html = HtmlPage.full(document, Optional.empty());
        assertTrue(html.contains("\u22121 <span class=\"spread\">\u00b12%</span>"), html);
        assertTrue(html.contains("<li>\u00b1 is a spread</li>"), html);
        String markdown = MarkdownPage.full(document, Optional.empty());
        assertTrue(markdown.contains("| x | -1 \u00b12% |\n"), markdown);
        assertTrue(markdown.contains("<sub>\u00b1 is a spread</sub>\n"), markdown);
        assertTrue(TextPage.full(document).contains("\n+- is a spread\n"));
    }

    @Test
    void aChartsTableLeavesOutWhatNoneOfItsFiguresHas() {
        var bare = BarChart.of("t", "d", Axis.linear("v"), List.of(BarChart.Bar.of("a", 1)));
        assertEquals(
                List.of("bar", "v"),
                new Block.Figure("s", bare)
                        .figures().columns().stream().map(Column::name).toList());
        var full =
                new BarChart(
                        "t",
                        "d",
                        Axis.linear("v"),
                        List.of(new BarChart.Group("g", List.of(BarChart.Bar.of("a", 1, 0.5, 2)))));
        assertEquals(
                List.of("bar", "group", "v", "low", "high"),
                new Block.Figure("s", full)
                        .figures().columns().stream().map(Column::name).toList());
    }

    @Test
    void theShortFormHasOnlyWhatEveryReaderNeeds() {
        var brief = new Section("b", Section.Depth.BRIEF, List.of(new Block.Lines(List.of("one"))));
        var full = new Section("f", Section.Depth.FULL, List.of(new Block.Lines(List.of("two"))));
        var document = new Document("t", List.of("s"), List.of("w"), List.of(brief, full));
        assertEquals("t\n=\n\ns\n\nWARNING: w\n\none\n", TextPage.brief(document));
        assertEquals("t\n=\n\ns\n\nWARNING: w\n\none\n\ntwo\n", TextPage.full(document));
        assertEquals(
                "# t\n\n- s\n\n> **Warning:** w\n\n## b\n\n- one\n\n",
                MarkdownPage.brief(document));
    }

    private static Document document(Block block) {
        return new Document(
                "t",
                List.of("s"),
                List.of(),
                List.of(new Section("h", Section.Depth.BRIEF, List.of(block))));
    }
}
