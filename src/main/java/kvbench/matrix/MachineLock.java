package kvbench.matrix;

import kvbench.model.InputException;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * JMH's own lock on this machine, held for a whole run: JMH would take it for each fork, and
 * another JMH could slip in between and disturb both.
 */
public final class MachineLock implements AutoCloseable {
    private static final String IGNORE_PROPERTY = "jmh.ignoreLock";
    private static final String FILE_NAME = "jmh.lock";

    private final Optional<FileChannel> channel; // none where the lock is ignored

    private MachineLock(Optional<FileChannel> channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock; does nothing where JMH was told to ignore it.
     *
     * @throws InputException if another JMH runs
     */
    public static MachineLock take() {
        if (Boolean.getBoolean(IGNORE_PROPERTY)) {
            return new MachineLock(Optional.empty());
        }
        Path file = Path.of(System.getProperty("java.io.tmpdir"), FILE_NAME);
        try {
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            // So that another user's JMH can take the lock afterwards.
            file.toFile().setWritable(true, false);
            return locked(channel, file);
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected to lock this file, as every JMH does, found that it cannot be (%s). Name another folder with -Djava.io.tmpdir=DIR."
                            .formatted(file, e),
                    e);
        }
    }

    private static MachineLock locked(FileChannel channel, Path file) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                // JMH asks once, when its runner is loaded.
                System.setProperty(IGNORE_PROPERTY, "true");
                return new MachineLock(Optional.of(channel));
            }
        } catch (OverlappingFileLockException e) {
            // This very process runs another one.
        }
        channel.close();
        throw InputException.unusable(
                "expected this machine to run no other JMH, found one that holds %s. Two at once measure each other: wait until it has ended, or start with -D%s=true."
                        .formatted(file, IGNORE_PROPERTY));
    }

    @Override
    public void close() {
        if (channel.isEmpty()) {
            return;
        }
        System.clearProperty(IGNORE_PROPERTY);
        try {
            channel.get().close();
        } catch (IOException e) {
            throw InputException.unusable("JMH's lock could not be given back (" + e + ").", e);
        }
    }
}
