package kvbench;

import kvbench.chart.ChartRenderer;
import kvbench.document.CsvPage;
import kvbench.document.Document;
import kvbench.document.HtmlPage;
import kvbench.document.JsonPage;
import kvbench.document.MarkdownPage;
import kvbench.document.TextPage;

import java.util.Optional;

/** What {@code --format} of {@code report} and {@code compare} prints. */
enum PageFormat {
    text,
    md,
    html,
    csv,
    json;

    /** The whole document. */
    String render(Document document) {
        return switch (this) {
            case text -> TextPage.full(document);
            case md -> MarkdownPage.full(document, Optional.empty());
            case html -> {
                var charts = new ChartRenderer();
                yield HtmlPage.full(
                        document,
                        charts.unavailable().isPresent() ? Optional.empty() : Optional.of(charts));
            }
            case csv -> CsvPage.full(document);
            case json -> JsonPage.full(document);
        };
    }
}
