package kvbench.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * SHA-256 of files that may be large, several at a time.
 *
 * <p>The hash of a large file is kept in the user's cache folder and taken from there while the
 * file's path, size and time of change stay as they were.
 */
public final class FileHashes {
    /** Smaller files are hashed each time: it takes less than a tenth of a second. */
    private static final long LEAST_KEPT = 64L << 20;

    /** A file that was changed this recently may change again without another time. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private static final Duration STALLED = Duration.ofSeconds(30);
    private static final int BUFFER = 1 << 20;
    private static final int ENTRY_NAME = 32;

    private final Path folder;
    private final long leastKept;

    /**
     * Hashes of files of at least {@code leastKept} bytes are kept in {@code folder}, which is made
     * where it is missing.
     */
    FileHashes(Path folder, long leastKept) {
        this.folder = folder;
        this.leastKept = leastKept;
    }

    /** Those kept for this user, in {@code kvbench/sha256} of the cache folder. */
    public static FileHashes ofUser() {
        return new FileHashes(
                ModelLibrary.cache(System::getProperty, System::getenv)
                        .resolve("kvbench")
                        .resolve("sha256"),
                LEAST_KEPT);
    }

    /** Whether the hash came from reading the file. */
    public enum Origin {
        COMPUTED,
        KEPT
    }

    /**
     * One file's hash.
     *
     * @param sha256 in hexadecimal, as {@code sha256sum} prints it
     */
    public record Hashed(String sha256, Origin origin) {}

    /** Bytes that {@link #of} would have to read. */
    public long bytesToRead(List<Path> files) {
        long bytes = 0;
        for (Path file : files) {
            if (kept(file).isEmpty()) {
                bytes += file.toFile().length();
            }
        }
        return bytes;
    }

    /**
     * The hashes of {@code files}, in their order; empty for one that cannot be read. Reading ends
     * where the file system gives nothing for 30 seconds.
     */
    public List<Optional<Hashed>> of(List<Path> files) {
        var read = new AtomicLong();
        int threads = Math.clamp(files.size(), 1, Runtime.getRuntime().availableProcessors());
        ExecutorService pool =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().daemon().name("sha256-", 0).factory());
        try {
            List<Future<Hashed>> hashes =
                    files.stream()
                            .map(file -> pool.submit((Callable<Hashed>) () -> hash(file, read)))
                            .toList();
            return hashes.stream().map(hash -> await(hash, read)).toList();
        } finally {
            pool.shutdownNow();
        }
    }

    private static Optional<Hashed> await(Future<Hashed> hash, AtomicLong read) {
        while (true) {
            long before = read.get();
            try {
                return Optional.of(hash.get(STALLED.toSeconds(), TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                return Optional.empty();
            } catch (TimeoutException e) {
                if (read.get() == before) {
                    return Optional.empty();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }

    private Hashed hash(Path file, AtomicLong read) throws IOException {
        Optional<String> kept = kept(file);
        if (kept.isPresent()) {
            return new Hashed(kept.get(), Origin.KEPT);
        }
        Optional<String> before = stamp(file);
        MessageDigest digest = digest();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            for (int count = channel.read(buffer); count >= 0; count = channel.read(buffer)) {
                digest.update(buffer.flip());
                buffer.clear();
                read.addAndGet(count);
            }
        }
        String sha256 = HexFormat.of().formatHex(digest.digest());
        if (before.isPresent() && before.equals(stamp(file))) {
            keep(file, before.get(), sha256);
        }
        return new Hashed(sha256, Origin.COMPUTED);
    }

    /** The kept hash of a file that is as it was. */
    private Optional<String> kept(Path file) {
        return stamp(file)
                .flatMap(
                        stamp -> {
                            try {
                                String entry = Files.readString(entry(file));
                                int end = entry.indexOf('\n');
                                return entry.substring(end + 1).equals(stamp)
                                                && entry.substring(0, end).matches("[0-9a-f]{64}")
                                        ? Optional.of(entry.substring(0, end))
                                        : Optional.empty();
                            } catch (IOException | IndexOutOfBoundsException e) {
                                return Optional.empty();
                            }
                        });
    }

    /** A cache that cannot be written costs time, and nothing else. */
    private void keep(Path file, String stamp, String sha256) {
        try {
            Files.createDirectories(folder);
            Path partial = Files.createTempFile(folder, "hash", ".part");
            Files.writeString(partial, sha256 + "\n" + stamp);
            Files.move(
                    partial,
                    entry(file),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            return;
        }
    }

    private Path entry(Path file) throws IOException {
        byte[] path = file.toRealPath().toString().getBytes(StandardCharsets.UTF_8);
        return folder.resolve(
                HexFormat.of().formatHex(digest().digest(path)).substring(0, ENTRY_NAME));
    }

    /** What changes when the file does; empty for one whose hash is not to be kept. */
    private Optional<String> stamp(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            var changed = attributes.lastModifiedTime().toInstant();
            boolean isKept =
                    attributes.size() >= leastKept
                            && changed.isBefore(Instant.now().minus(SETTLED));
            return isKept
                    ? Optional.of(
                            "%d bytes\n%s\n%s\n%s\n"
                                    .formatted(
                                            attributes.size(),
                                            changed,
                                            attributes.fileKey(),
                                            file.toRealPath()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
