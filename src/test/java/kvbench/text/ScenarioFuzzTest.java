package kvbench.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;

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

/** Whatever the file of a scenario says. */
class ScenarioFuzzTest {
    private static final String NAME = "mine";

    private static final String FILE =
            """
            {"name":"mine","domain":"d","title":"t","system":"s",\
            "turns":[{"user":"u","assistant":"a"},{"user":"v","assistant":"b"}]}\
            """;

    @TempDir static Path folder;

    @DictionaryEntries({
        "\"name\"",
        "\"mine\"",
        "\"domain\"",
        "\"title\"",
        "\"system\"",
        "\"turns\"",
        "\"user\"",
        "\"assistant\"",
        "[",
        "{",
        "}",
        "]",
        ":",
        ",",
        "\\n",
        "\\u0000"
    })
    @FuzzTest(maxDuration = "1m")
    void isAConversationOrIsRefused(byte[] content) {
        Path file = folder.resolve(NAME + ".json");
        write(file, content);
        Reader.ofJson()
                .read(content.length, () -> Scenarios.load(file.toString()))
                .ifPresent(
                        scenario -> {
                            assertEquals(NAME, scenario.name());
                            assertTrue(
                                    !scenario.turns().isEmpty()
                                            && scenario.turns().size() <= Scenarios.MOST_TURNS);
                        });
    }

    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @Test
    void everyFieldMayBeAnything() {
        Nasty.of(FILE, this::isAConversationOrIsRefused);
    }

    private static void write(Path to, byte[] content) {
        try {
            Files.write(to, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
