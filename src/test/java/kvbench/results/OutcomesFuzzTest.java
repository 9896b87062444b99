package kvbench.results;

import static org.junit.jupiter.api.Assertions.assertNotNull;

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
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Whatever the file of arms without a result says. */
class OutcomesFuzzTest {
    private static final Outcomes OUTCOMES =
            new Outcomes(
                    List.of(new FailedArm("a.B.c", Map.of("strategy", "none"), 1, 2, 3, "why")),
                    List.of(new UnfinishedArm("a.B.e", Map.of("depth", "9"), 1, 4)),
                    List.of(new VetoedArm("a.B.d", Map.of("depth", "8"), "too long")));

    @TempDir static Path folder;

    @DictionaryEntries({
        "\"failed\"",
        "\"vetoed\"",
        "\"unfinished\"",
        "\"benchmark\"",
        "\"params\"",
        "\"reason\"",
        "\"strategy\"",
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
    void isAListOfArmsOrIsRefused(byte[] content) {
        write(folder.resolve(Outcomes.FILE_NAME), content);
        Reader.ofJson()
                .read(content.length, () -> Outcomes.beside(folder.resolve(Run.RESULTS_FILE)))
                .ifPresent(outcomes -> assertNotNull(outcomes.failed()));
    }

    static List<byte[]> asWritten() {
        return List.of(OUTCOMES.toJson());
    }

    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @Test
    void everyFieldMayBeAnything() {
        Nasty.of(
                new String(OUTCOMES.toJson(), StandardCharsets.UTF_8),
                this::isAListOfArmsOrIsRefused);
    }

    private static void write(Path to, byte[] content) {
        try {
            Files.write(to, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
