package kvbench.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * Room on the disk that a run sets aside, so that what has been measured can still be written when
 * the disk is full.
 *
 * <p>A fork that finds no room for its turns deletes the file too (see {@code bench.TurnLog}).
 */
final class DiskReserve {
    /** Name of the file in a run's folder. */
    static final String FILE_NAME = "reserve";

    /** More than the results of one fork and the files composed of all take, in most runs. */
    static final int BYTES = 4 << 20;

    private static final long SEED = 1;

    private final Path file;

    DiskReserve(Path runFolder) {
        file = runFolder.resolve(FILE_NAME);
    }

    /**
     * Sets the room aside, unless that has been done.
     *
     * @throws IOException if there is not as much
     */
    void take() throws IOException {
        if (Files.exists(file) && Files.size(file) == BYTES) {
            return;
        }
        // Nothing that a file system could store in less room than it has bytes.
        var content = new byte[BYTES];
        new Random(SEED).nextBytes(content);
        try {
            Files.write(
                    file,
                    content,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            release();
            throw e;
        }
    }

    /** Gives the room back. */
    void release() throws IOException {
        Files.deleteIfExists(file);
    }
}
