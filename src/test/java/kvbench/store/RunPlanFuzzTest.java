package kvbench.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;

import kvbench.untrusted.Nasty;
import kvbench.untrusted.Reader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Whatever the schedule of a run says. */
class RunPlanFuzzTest {
    @TempDir static Path folder;

    @DictionaryEntries({
        "\"schemaVersion\"",
        "\"words\"",
        "\"repeatArms\"",
        "\"shard\"",
        "\"seed\"",
        "\"cells\"",
        "\"order\"",
        "\"vetoed\"",
        "\"mergedFrom\"",
        "\"index\"",
        "\"benchmark\"",
        "\"params\"",
        "\"forks\"",
        "\"cell\"",
        "\"fork\"",
        "null",
        "[",
        "{",
        "}",
        "]",
        ":",
        ","
    })
    @MethodSource("asWritten")
    @FuzzTest(maxDuration = "1m")
    void isARunOrIsRefused(byte[] content) {
        write(folder.resolve(RunPlan.FILE_NAME), content);
        Reader.ofJson()
                .read(content.length, () -> RunFolder.open(folder))
                .ifPresent(run -> assertEquals(run.plan().order().size(), run.missing().size()));
    }

    static List<byte[]> asWritten() throws IOException {
        Runs.plan().write(folder);
        return List.of(Files.readAllBytes(folder.resolve(RunPlan.FILE_NAME)));
    }

    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @Test
    void everyFieldMayBeAnything() throws IOException {
        Nasty.of(
                new String(asWritten().getFirst(), StandardCharsets.UTF_8),
                this::isARunOrIsRefused);
    }

    private static void write(Path to, byte[] content) {
        try {
            Files.write(to, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
