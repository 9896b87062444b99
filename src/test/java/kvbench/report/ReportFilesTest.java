package kvbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.document.Document;
import kvbench.document.Page;
import kvbench.model.InputException;
import kvbench.results.Run;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class ReportFilesTest {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};

    @TempDir Path temporary;

    private Path folder;
    private Run run;
    private Document document;

    @BeforeEach
    void write() throws IOException {
        folder = temporary.resolve("small");
        run = SmallRun.in(folder);
        document = Report.of(run);
    }

    @Test
    void aRunsReportStandsInItsFolderWithItsCharts() throws IOException {
        ReportFiles files = ReportFiles.of(run, document, Optional.empty());
        assertEquals(
                List.of(
                        folder.resolve("report.html"),
                        folder.resolve("report.md"),
                        folder.resolve("report-charts")),
                files.files());
        assertEquals(List.of("report: " + folder.resolve("report.html")), files.lines());
        List<String> charts = names(folder.resolve("report-charts"));
        assertTrue(
                charts.containsAll(List.of("frontier.png", "frontier.svg", "itl-distribution.png")),
                charts::toString);
        String markdown = Files.readString(folder.resolve("report.md"));
        for (String chart : charts.stream().filter(name -> name.endsWith(".svg")).toList()) {
            assertTrue(markdown.contains("](report-charts/" + chart + ")"), chart);
        }
        byte[] png = Files.readAllBytes(folder.resolve("report-charts/frontier.png"));
        assertEquals(List.of(PNG[0], PNG[1], PNG[2]), List.of(png[0], png[1], png[2]));
    }

    @Test
    void thePageOfARunIsWellFormedAndTellsTheTables() throws IOException {
        ReportFiles.of(run, document, Optional.empty());
        String html = Files.readString(folder.resolve("report.html"));
        Page page = Page.of(html);
        assertEquals(List.of("KV cache benchmark: small"), page.texts("h1"));
        assertEquals(
                List.of(
                        "In short",
                        "Time",
                        "Memory",
                        "Latency",
                        "Outcome",
                        "Charts",
                        "The notebook's views",
                        "Measured on",
                        "How to repeat it",
                        "Words"),
                page.texts("h2"));
        assertTrue(page.texts("p").getFirst().startsWith("Use static: it is up to 2.00 times"));
        assertEquals(page.all("figure").size(), page.all("svg").size());
        for (Element svg : page.all("svg")) {
            assertEquals("img", svg.getAttribute("role"));
            assertFalse(Page.all(svg, "title").getFirst().getTextContent().isEmpty());
        }
        for (Element table : page.all("table")) {
            assertFalse(Page.all(table, "caption").getFirst().getTextContent().isEmpty());
        }
        for (Element head : page.all("th")) {
            assertFalse(head.getTextContent().isBlank(), "an empty head in a table");
        }
        assertFalse(html.contains("out of <memory>"), html);
        assertTrue(html.contains("out of &lt;memory&gt;"), html);
    }

    @Test
    void anotherFolderIsMadeAndTheFilesAreCalledAsTheRun() {
        Path other = temporary.resolve("a/b");
        ReportFiles files = ReportFiles.of(run, document, Optional.of(other));
        assertEquals(other.resolve("small-report.html"), files.files().getFirst());
        assertTrue(Files.exists(other.resolve("small-report.md")));
        assertFalse(Files.exists(folder.resolve("report.html")));
    }

    @Test
    void theReportOnAFileOfJmhsStandsBesideItUnderItsName() throws IOException {
        Path json = temporary.resolve("base.json");
        Files.copy(folder.resolve("results.json"), json);
        Run file = Run.read(json);
        ReportFiles files = ReportFiles.of(file, Report.of(file), Optional.empty());
        assertEquals(temporary.resolve("base-report.html"), files.files().getFirst());
        assertTrue(Files.exists(temporary.resolve("base-report-charts/frontier.svg")));
    }

    @Test
    void whatWasThereIsReplacedAndNothingIsLeftOver() throws IOException {
        Files.writeString(folder.resolve("report.html"), "old");
        Files.writeString(folder.resolve("report.md"), "old");
        ReportFiles.of(run, document, Optional.empty());
        assertTrue(Files.readString(folder.resolve("report.html")).startsWith("<!DOCTYPE html>"));
        assertTrue(Files.readString(folder.resolve("report.md")).startsWith("# KV cache"));
        assertEquals(List.of(), names(folder).stream().filter(n -> n.endsWith(".part")).toList());
    }

    @Test
    void whereNothingCanBeWrittenTheOldReportStays() throws IOException {
        Files.writeString(folder.resolve("report.html"), "old");
        // A folder in the way of the new file: permissions do not stop root
        Files.createDirectories(folder.resolve("report.html.part"));
        String message =
                assertThrows(
                                InputException.class,
                                () -> ReportFiles.of(run, document, Optional.empty()))
                        .getMessage();
        assertEquals(
                "%s: expected a folder that a report can be written to, found java.nio.file.FileSystemException: %s: Is a directory. Name another with --out DIR, or print it with --format."
                        .formatted(folder, folder.resolve("report.html.part")),
                message);
        assertEquals("old", Files.readString(folder.resolve("report.html")));
    }

    @Test
    void aFileThatCannotBeReplacedLeavesNoPart() throws IOException {
        Files.createDirectories(folder.resolve("report.html/in the way"));
        assertThrows(InputException.class, () -> ReportFiles.of(run, document, Optional.empty()));
        assertFalse(Files.exists(folder.resolve("report.html.part")));
        assertTrue(Files.exists(folder.resolve("report.html/in the way")));
    }

    @Test
    void aFileIsNoFolderToWriteInto() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "old");
        InputException error =
                assertThrows(
                        InputException.class,
                        () -> ReportFiles.of(run, document, Optional.of(file)));
        assertTrue(error.isWrongUse());
        assertEquals(
                "%1$s: expected a folder, or a place to make one, found java.nio.file.FileAlreadyExistsException: %1$s."
                        .formatted(file),
                error.getMessage());
        assertEquals("old", Files.readString(file));
    }

    @Test
    void theEndOfARunPrintsTheShortFormAndWhereTheRestIs() {
        String printed = concluded();
        assertTrue(printed.startsWith("KV cache benchmark: small\n====="), printed);
        assertTrue(
                printed.endsWith(
                        "\nresults: %s\nreport: %s\n"
                                .formatted(folder, folder.resolve("report.html"))),
                printed);
        assertFalse(printed.contains("The notebook's table"), printed);
    }

    @Test
    void theEndOfARunSurvivesAReportThatCannotBeWritten() throws IOException {
        Files.createDirectories(folder.resolve("report.html.part"));
        String printed = concluded();
        assertTrue(
                printed.contains(
                        "\nno report: %s: expected a folder that a report can be written to, found"
                                .formatted(folder)),
                printed);
    }

    private String concluded() {
        var bytes = new ByteArrayOutputStream();
        ReportFiles.conclude(folder, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void chartsOfAnEarlierReportAreRemovedAndNothingElse() throws IOException {
        Document document = Report.of(SmallRun.in(temporary.resolve("charted")));
        Path out = Files.createDirectories(temporary.resolve("charts"));
        ReportFiles.write(document, out, "report");
        Path pictures = out.resolve("report-charts");
        Path old = Files.writeString(pictures.resolve("history-12.svg"), "old");
        Path notes = Files.writeString(pictures.resolve("notes.txt"), "mine");
        ReportFiles.write(document, out, "report");
        assertFalse(Files.exists(old));
        assertTrue(Files.exists(notes));
    }
}
