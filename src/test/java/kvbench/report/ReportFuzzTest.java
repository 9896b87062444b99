package kvbench.report;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;

import kvbench.document.TextPage;
import kvbench.results.JmhJson;
import kvbench.results.Run;
import kvbench.untrusted.Nasty;
import kvbench.untrusted.Reader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Whatever the results of a run say. */
class ReportFuzzTest {
    private static final String FILE =
            JmhJson.file(
                    new JmhJson("kvbench.bench.ConversationBenchmark.converse", "ss")
                            .param("strategy", "static")
                            .param("turns", 5)
                            .primary("s/op", "[[1.5]]")
                            .secondary("kv.held", "bytes", "[[4096.0]]"),
                    new JmhJson("kvbench.bench.DecodeStepBenchmark.step", "avgt")
                            .param("depth", 128)
                            .primary("us/op", "[[1.5],[\"NaN\"]]"));

    @TempDir static Path folder;

    @DictionaryEntries({
        "\"benchmark\"",
        "\"mode\"",
        "\"threads\"",
        "\"params\"",
        "\"strategy\"",
        "\"static\"",
        "\"none\"",
        "\"primaryMetric\"",
        "\"secondaryMetrics\"",
        "\"rawData\"",
        "\"rawDataHistogram\"",
        "\"scoreUnit\"",
        "\"NaN\"",
        "\"+INF\"",
        "1e308",
        "-1",
        "[[",
        "]]",
        "[]",
        "{}",
        "\"ConversationBenchmark.converse\"",
        "\"a.DecodeStepBenchmark.step\"",
        "\"kv.held\"",
        "\"turns\"",
        "\"depth\"",
        "\"s/op\""
    })
    @FuzzTest(maxDuration = "1m")
    void isShownOrIsRefused(byte[] content) {
        Path file = folder.resolve(Run.RESULTS_FILE);
        write(file, content);
        new Reader(5_000)
                .read(content.length, () -> TextPage.full(Report.of(Run.read(file))))
                .ifPresent(text -> assertFalse(text.isEmpty()));
    }

    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @Test
    void everyFieldMayBeAnything() {
        Nasty.of(FILE, this::isShownOrIsRefused);
    }

    private static void write(Path to, byte[] content) {
        try {
            Files.write(to, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
