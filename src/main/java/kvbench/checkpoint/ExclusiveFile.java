package kvbench.checkpoint;

import kvbench.model.InputException;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A large file that several processes may want at once and one of them makes.
 *
 * <p>The lock lies beside the file as {@code NAME.lock} and is deleted once the file is there: who
 * waited for it then finds the file made. The content is written to {@code NAME.part} and moved.
 *
 * @param file where the content will be
 */
record ExclusiveFile(Path file) {
    /** Locks of the file system are held by a process: among threads this one keeps order. */
    private static final ReentrantLock WITHIN_PROCESS = new ReentrantLock();

    /** Writes the whole content. */
    interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Makes the file unless {@code isMade} says, once the lock is held, that it is there.
     *
     * @param bytes its length, which the disk must have free
     */
    void make(long bytes, BooleanSupplier isMade, Content content) {
        WITHIN_PROCESS.lock();
        Path lockFile = beside(".lock");
        try (FileChannel lockChannel =
                        FileChannel.open(
                                lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = lockChannel.lock()) {
            if (!isMade.getAsBoolean()) {
                requireSpace(file, bytes, Files.getFileStore(lockFile).getUsableSpace());
                write(content);
            }
            Files.deleteIfExists(lockFile);
        } catch (IOException e) {
            throw InputException.unusable(
                    ("%s: expected to write this file, found an error (%s). Make its folder"
                                    + " writable or set KVBENCH_MODELS to another one.")
                            .formatted(file, e),
                    e);
        } finally {
            WITHIN_PROCESS.unlock();
        }
    }

    static void requireSpace(Path file, long needed, long free) {
        if (needed > free) {
            throw InputException.unusable(
                    ("%s: expected %d bytes free on its disk, found %d. Free %d bytes or set"
                                    + " KVBENCH_MODELS to a folder on another disk.")
                            .formatted(file, needed, free, needed - free));
        }
    }

    private void write(Content content) throws IOException {
        Path part = beside(".part");
        try {
            try (FileChannel channel =
                    FileChannel.open(
                            part,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Path beside(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }
}
