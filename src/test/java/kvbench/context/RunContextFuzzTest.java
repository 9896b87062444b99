package kvbench.context;

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

/** Whatever the context of a run says. */
class RunContextFuzzTest {
    @TempDir static Path folder;

    @DictionaryEntries({
        "\"schemaVersion\"",
        "\"utc\"",
        "\"host\"",
        "\"jvm\"",
        "\"runtime\"",
        "\"source\"",
        "\"models\"",
        "\"arguments\"",
        "\"weights\"",
        "\"origin\"",
        "\"seeded\"",
        "\"as found\"",
        "\"NaN\"",
        "null",
        "1e400",
        "[",
        "{",
        "}",
        "]",
        ":",
        ","
    })
    @MethodSource("asWritten")
    @FuzzTest(maxDuration = "1m")
    void isAContextOrIsRefused(byte[] content) {
        Path file = folder.resolve(RunContext.FILE_NAME);
        write(file, content);
        Reader.ofJson()
                .read(content.length, () -> RunContext.read(file))
                .ifPresent(
                        context ->
                                assertEquals(RunContext.SCHEMA_VERSION, context.schemaVersion()));
    }

    static List<byte[]> asWritten() throws IOException {
        SomeContext.quiet().write(folder);
        return List.of(Files.readAllBytes(folder.resolve(RunContext.FILE_NAME)));
    }

    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @Test
    void everyFieldMayBeAnything() throws IOException {
        Nasty.of(
                new String(asWritten().getFirst(), StandardCharsets.UTF_8),
                this::isAContextOrIsRefused);
    }

    private static void write(Path to, byte[] content) {
        try {
            Files.write(to, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
