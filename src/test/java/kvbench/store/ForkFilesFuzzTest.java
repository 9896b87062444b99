package kvbench.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;

import kvbench.bench.TurnLog;
import kvbench.untrusted.Nasty;
import kvbench.untrusted.Reader;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Whatever a fork that died has left in its folder. */
class ForkFilesFuzzTest {
    private static final ForkRun DEAD = new ForkRun(0, 1);

    private static final String ROW =
            TurnLog.lostTurn(Runs.BENCHMARK, Map.of("strategy", "none"), 1, 1, 1, "a, \"reason\"");

    private static final String FAILURE = "{\"reason\":\"killed\"}";

    @TempDir static Path folder;

    private static Path left;

    @BeforeAll
    static void writeRun() throws IOException {
        RunPlan plan = Runs.plan();
        plan.write(folder);
        left = Files.createDirectories(new ForkFolders(folder, plan).failed(DEAD));
    }

    /** Before the first zero why it died, behind it rows of turns. */
    @DictionaryEntries({
        "\"reason\"",
        "\"",
        "\"\"",
        ",",
        "\\x0A",
        "\\x0D\\x0A",
        "true",
        "{",
        "}",
        ":"
    })
    @FuzzTest(maxDuration = "1m")
    void isARowOrIsRefused(byte[] content) {
        int end = 0;
        while (end < content.length && content[end] != 0) {
            end++;
        }
        compose(
                Arrays.copyOf(content, end),
                Arrays.copyOfRange(content, Math.min(end + 1, content.length), content.length));
    }

    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @Test
    void itsReasonMayBeAnything() {
        Nasty.of(FAILURE, failure -> compose(failure, bytes(ROW)));
    }

    /** The turn that was being written is lost, and no other. */
    @Test
    void itsLastRowMayEndAnywhere() throws IOException {
        for (int length = 0; length < ROW.length(); length++) {
            assertTrue(compose(bytes(FAILURE), bytes(ROW + ROW.substring(0, length))).isPresent());
            assertEquals(
                    ROW,
                    Files.readAllLines(folder.resolve(TurnLog.TURNS_FILE)).get(1) + "\n",
                    "the row before " + length + " bytes of another");
        }
    }

    /** A process may die before it has written the head to its end. */
    @Test
    void itsHeadMayEndAnywhere() {
        byte[] header = bytes(TurnLog.header());
        write("failure.json", bytes(FAILURE));
        for (int length = 0; length <= header.length; length++) {
            write(TurnLog.TURNS_FILE, Arrays.copyOf(header, length));
            RunFolder.open(folder).compose();
        }
    }

    private static Optional<RunFolder> compose(byte[] failure, byte[] rows) {
        write("failure.json", failure);
        byte[] header = bytes(TurnLog.header());
        byte[] turns = Arrays.copyOf(header, header.length + rows.length);
        System.arraycopy(rows, 0, turns, header.length, rows.length);
        write(TurnLog.TURNS_FILE, turns);
        return new Reader(5_000)
                .read(
                        failure.length + turns.length,
                        () -> {
                            RunFolder run = RunFolder.open(folder);
                            run.compose();
                            return run;
                        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void write(String name, byte[] content) {
        try {
            Files.write(left.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
