package kvbench.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

class ExclusiveFileTest {
    private static final String WRITING = "writing";

    @TempDir Path folder;

    /** The other process: says when it writes, then waits for a line before it goes on. */
    static final class Maker {
        public static void main(String[] args) {
            new ExclusiveFile(Path.of(args[0]))
                    .make(
                            1,
                            () -> false,
                            channel -> {
                                System.out.println(WRITING);
                                System.in.read();
                            });
        }
    }

    @Test
    void anotherProcessWaitsWhileOneMakesTheFile() throws IOException, InterruptedException {
        Path file = folder.resolve("weights");
        Process maker =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Maker.class.getName(),
                                file.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader said = maker.inputReader();
                FileChannel lock =
                        FileChannel.open(
                                folder.resolve("weights.lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE)) {
            assertEquals(WRITING, said.readLine());
            assertNull(lock.tryLock(), "the maker holds the lock");
            maker.outputWriter().append('\n').flush();
            assertEquals(0, maker.waitFor());
            try (FileLock free = lock.tryLock()) {
                assertNotNull(free, "the maker let go of the lock");
            }
        } finally {
            maker.destroy();
        }
        assertEquals(0, Files.size(file));
    }
}
