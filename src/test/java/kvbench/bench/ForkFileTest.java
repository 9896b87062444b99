package kvbench.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

class ForkFileTest {
    /** Fails each write on Linux for want of room. */
    private static final Path FULL_DISK = Path.of("/dev/full");

    @TempDir Path run;

    private Path file;
    private Path reserve;

    @BeforeEach
    void makeTheFolder() throws IOException {
        Path folder = Files.createDirectories(run.resolve("forks").resolve("2-1"));
        file = folder.resolve("turns.csv");
        reserve = run.resolve("reserve");
    }

    @Test
    void beginsWithItsHeadAndGrowsByWholeLines() throws IOException {
        new ForkFile(file, "head\n").add("a\nb\n");
        assertEquals("head\na\nb\n", Files.readString(file));
        new ForkFile(file, "head\n").add("ü\n");
        assertEquals("head\na\nb\nü\n", Files.readString(file));
    }

    @Test
    void linesGoOutInOneWrite() {
        var written = new ArrayList<String>();
        new ForkFile(file, "head\n", (path, bytes) -> written.add(text(bytes))).add("a\nb\n");
        assertEquals(List.of("head\na\nb\n"), written);
    }

    @Test
    void onAFullDiskTheReserveMakesRoom() throws IOException {
        Files.write(reserve, new byte[4096]);
        fileOfAFullDisk().add("a\nb\n");
        assertEquals("head\na\nb\n", Files.readString(file));
        assertFalse(Files.exists(reserve));
    }

    @Test
    void aReserveThatIsGoneHelpsNoMore() throws IOException {
        Files.write(reserve, new byte[4096]);
        ForkFile full = fileOfAFullDisk();
        full.add("a\n");
        Files.writeString(run.resolve("filled again"), "");
        var error = assertThrows(UncheckedIOException.class, () -> full.add("b\n"));
        assertEquals(
                "what was measured could not be written to %s (java.io.IOException: No space left on device)"
                        .formatted(file),
                error.getMessage());
        assertEquals("head\na\n", Files.readString(file));
    }

    @Test
    void aDiskThatStaysFullIsTold() throws IOException {
        assumeTrue(Files.exists(FULL_DISK), "Test skipped: it needs /dev/full, which Linux has.");
        Files.createSymbolicLink(file, FULL_DISK);
        Files.write(reserve, new byte[4096]);
        var error =
                assertThrows(
                        UncheckedIOException.class, () -> new ForkFile(file, "head\n").add("a\n"));
        Files.delete(file);
        assertTrue(error.getMessage().contains("No space left on device"), error.getMessage());
        assertFalse(Files.exists(reserve));
    }

    @Test
    void withoutAFolderNothingCanBeWritten() {
        Path nowhere = run.resolve("forks").resolve("9-9").resolve("turns.csv");
        assertThrows(UncheckedIOException.class, () -> new ForkFile(nowhere, "head\n").add("a\n"));
    }

    /** On a disk with room only while there is neither a reserve nor another file. */
    private ForkFile fileOfAFullDisk() {
        return new ForkFile(
                file,
                "head\n",
                (path, bytes) -> {
                    if (Files.exists(reserve) || Files.exists(run.resolve("filled again"))) {
                        throw new IOException("No space left on device");
                    }
                    Files.write(path, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                });
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
