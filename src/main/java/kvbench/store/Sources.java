package kvbench.store;

import kvbench.model.InputException;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Runs that are read while nobody measures into them. */
final class Sources implements AutoCloseable {
    private final Deque<Closeable> locks = new ArrayDeque<>();

    private Sources() {}

    /**
     * Keeps others from measuring into the runs until they are closed.
     *
     * @throws InputException if one is being measured
     */
    static Sources of(List<Path> runs) {
        var sources = new Sources();
        boolean isWhole = false;
        try {
            for (Path run : runs) {
                sources.locks.push(RunLock.share(run));
            }
            isWhole = true;
            return sources;
        } catch (IOException e) {
            throw InputException.unusable(
                    "expected runs that can be read, found %s. Make them so, and merge again."
                            .formatted(e),
                    e);
        } finally {
            if (!isWhole) {
                sources.close();
            }
        }
    }

    @Override
    public void close() {
        while (!locks.isEmpty()) {
            try {
                locks.pop().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
