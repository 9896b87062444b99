package kvbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.document.CsvPage;
import kvbench.document.Document;
import kvbench.document.JsonPage;
import kvbench.document.MarkdownPage;
import kvbench.document.TextPage;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The whole report on {@link SmallRun} in every form, as files beside this test. After a change
 * that is meant, {@code -Dkvbench.golden=write} writes them anew, to be read in the diff.
 */
class GoldenTest {
    private static final Path GOLDEN = Path.of("src/test/resources/kvbench/report");

    @TempDir Path temporary;

    private Path folder;
    private Document document;

    @BeforeEach
    void report() throws IOException {
        folder = temporary.resolve("small");
        document = Report.of(SmallRun.in(folder));
    }

    @Test
    void text() throws IOException {
        assertGolden("small.txt", TextPage.full(document));
    }

    @Test
    void shortText() throws IOException {
        assertGolden("small-brief.txt", TextPage.brief(document));
    }

    @Test
    void markdown() throws IOException {
        assertGolden("small.md", MarkdownPage.full(document, Optional.of("report-charts")));
    }

    @Test
    void csv() throws IOException {
        assertGolden("small.csv", CsvPage.full(document));
    }

    @Test
    void json() throws IOException {
        assertGolden("small.json", JsonPage.full(document));
    }

    private void assertGolden(String name, String found) throws IOException {
        String anywhere = found.replace(folder.toString(), "/runs/small");
        if ("write".equals(System.getProperty("kvbench.golden"))) {
            Files.writeString(GOLDEN.resolve(name), anywhere);
        }
        assertEquals(Files.readString(GOLDEN.resolve(name)), anywhere, name);
    }
}
