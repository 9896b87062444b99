package kvbench.context;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * SHA-256 of files, in hexadecimal as {@code sha256sum} prints it, or why there is none. Gives up
 * where a file system does not answer.
 */
final class Sha256 {
    private static final long LIMIT_SECONDS = 20;

    private Sha256() {}

    /** Of a file's bytes. */
    static String ofFile(Path file) {
        return bounded(Sha256::file, file);
    }

    /**
     * Of all files under {@code folder}: of what {@code sha256sum} prints for them, their paths
     * being relative and in order.
     */
    static String ofFolder(Path folder) {
        return bounded(Sha256::folder, folder);
    }

    /**
     * Of what a jar holds, as {@link #ofFolder} has it, but for its manifest: there stands by which
     * Java it was built, and the same code has the same hash whichever that was.
     */
    static String ofJar(Path jar) {
        return bounded(Sha256::jar, jar);
    }

    private static String bounded(Function<Path, String> hash, Path path) {
        var answer =
                CompletableFuture.supplyAsync(
                        () -> hash.apply(path),
                        task -> Thread.ofPlatform().daemon().name("sha256").start(task));
        try {
            return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return Unknown.because(
                    "%s could not be read within %d s"
                            .formatted(path.getFileName(), LIMIT_SECONDS));
        } catch (ExecutionException e) {
            return Unknown.because("%s could not be read".formatted(path.getFileName()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Unknown.because("the run was interrupted");
        }
    }

    private static String file(Path file) {
        MessageDigest digest = digest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String jar(Path path) {
        MessageDigest all = digest();
        try (var jar = new JarFile(path.toFile())) {
            for (JarEntry entry :
                    jar.stream()
                            .filter(entry -> !entry.isDirectory())
                            .filter(entry -> !entry.getName().equals(JarFile.MANIFEST_NAME))
                            .sorted(Comparator.comparing(JarEntry::getName))
                            .toList()) {
                MessageDigest digest = digest();
                try (InputStream in = new DigestInputStream(jar.getInputStream(entry), digest)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
                all.update(line(digest, entry.getName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(all.digest());
    }

    private static byte[] line(MessageDigest digest, String path) {
        return "%s  %s\n"
                .formatted(HexFormat.of().formatHex(digest.digest()), path)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String folder(Path folder) {
        MessageDigest digest = digest();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String path = folder.relativize(file).toString().replace('\\', '/');
                digest.update(
                        "%s  %s\n".formatted(file(file), path).getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
