package kvbench.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files that are there in full or not at all, whenever the process or the machine stops. */
final class AtomicFile {
    private static final String PARTIAL = ".part";

    /** There a folder cannot be opened as a file is. */
    private static final boolean ON_WINDOWS = System.getProperty("os.name").startsWith("Windows");

    private AtomicFile() {}

    /** Replaces {@code file} by one of this content, which has reached the disk before. */
    static void write(Path file, byte[] content) throws IOException {
        replace(file, content, channel -> channel.force(true));
    }

    /**
     * Replaces {@code file} by one of this content, which can be composed anew should the machine
     * itself stop before it has reached the disk.
     */
    static void replace(Path file, byte[] content) throws IOException {
        replace(file, content, channel -> {});
    }

    /** Waits until a file that was written before has reached the disk. */
    static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Waits until the names in a folder have reached the disk, on systems that can tell it so. */
    static void forceNames(Path folder) throws IOException {
        if (!ON_WINDOWS) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private interface End {
        void of(FileChannel channel) throws IOException;
    }

    private static void replace(Path file, byte[] content, End end) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + PARTIAL);
        try {
            try (FileChannel channel =
                    FileChannel.open(
                            partial,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                end.of(channel);
            }
            Files.move(
                    partial,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            removeQuietly(partial, e);
            throw e;
        }
    }

    /** A partial file left behind would take the very room that was missing. */
    private static void removeQuietly(Path partial, IOException reason) {
        try {
            if (Files.isRegularFile(partial)) {
                Files.delete(partial);
            }
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }
}
