package kvbench.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file in a fork's folder to which whole lines are added.
 *
 * <p>Lines that are added together go out together, and what a write has left that failed is cut
 * off again. A process that is killed within a write may leave part of it, up to any byte, and a
 * machine that stops may lose what had not reached the disk: who reads the file of a fork that died
 * takes what is whole. On a full disk the run's reserve is given up: a file that takes room from
 * the beginning so that what has been measured can still be written.
 */
final class ForkFile {
    /** Name of the file in the run's folder that may be deleted where the disk is full. */
    static final String RESERVE_FILE = "reserve";

    private final Path file;
    private final String head;
    private final Output output;

    /** How bytes get to the end of a file: all of them, or an exception and none. */
    interface Output {
        void append(Path file, byte[] bytes) throws IOException;
    }

    /**
     * A file that is made with the first lines.
     *
     * @param file {@code <run>/forks/<fork>/<name>}
     * @param head what stands before the first lines
     */
    ForkFile(Path file, String head) {
        this(file, head, ForkFile::append);
    }

    ForkFile(Path file, String head, Output output) {
        this.file = file.toAbsolutePath();
        this.head = head;
        this.output = output;
    }

    /**
     * Adds {@code lines}, each of which ends in a line feed.
     *
     * @throws UncheckedIOException if they cannot be written
     */
    void add(String lines) {
        try {
            byte[] bytes = ((isEmpty() ? head : "") + lines).getBytes(StandardCharsets.UTF_8);
            try {
                output.append(file, bytes);
            } catch (IOException e) {
                if (!giveUpReserve()) {
                    throw e;
                }
                output.append(file, bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "what was measured could not be written to %s (%s)".formatted(file, e), e);
        }
    }

    private boolean isEmpty() throws IOException {
        return !Files.exists(file) || Files.size(file) == 0;
    }

    /** Whether there was a reserve, which is gone now. */
    private boolean giveUpReserve() throws IOException {
        return Files.deleteIfExists(file.resolveSibling("../../" + RESERVE_FILE).normalize());
    }

    private static void append(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long end = channel.size();
            try {
                ByteBuffer rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    channel.write(rest, end + rest.position());
                }
            } catch (IOException e) {
                channel.truncate(end);
                throw e;
            }
        }
    }
}
