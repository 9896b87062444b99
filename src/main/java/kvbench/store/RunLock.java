package kvbench.store;

import kvbench.model.InputException;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a run's folder to one process that measures into it; ends with that process. */
final class RunLock {
    private static final String FILE_NAME = "lock";

    private final Path file;
    private final FileChannel channel;

    private RunLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock of the run in {@code folder}.
     *
     * @throws InputException if another process measures into it
     */
    static RunLock take(Path folder) throws IOException {
        Path file = folder.resolve(FILE_NAME);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new RunLock(file, channel);
            }
        } catch (OverlappingFileLockException e) {
            // This very process measures into it.
        }
        channel.close();
        throw measured(folder);
    }

    /**
     * Keeps others from measuring into the run in {@code folder} while it is read; a run that
     * nobody measures has no file to lock, and gets none.
     *
     * @throws InputException if another process measures into it
     */
    static Closeable share(Path folder) throws IOException {
        Path file = folder.resolve(FILE_NAME);
        if (!Files.exists(file)) {
            return () -> {};
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            if (channel.tryLock(0, Long.MAX_VALUE, true) != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // This very process measures into it.
        }
        channel.close();
        throw measured(folder);
    }

    private static InputException measured(Path folder) {
        return InputException.unusable(
                "%s: expected a run that nobody measures, found that another process goes on with it. Wait until it has ended."
                        .formatted(folder));
    }

    void release() throws IOException {
        Files.deleteIfExists(file);
        channel.close();
    }
}
