package kvbench.natives;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;

/**
 * A native library of the class path as a file in the user's cache folder: unpacked on first use,
 * and again where the file is not what the class path holds.
 *
 * <p>Size and checksum are part of its folder's name, so that versions do not meet. It is written
 * beside its place and moved there, so that processes that start at once do not meet either.
 */
public final class UnpackedLibrary {
    private UnpackedLibrary() {}

    /**
     * The library's file.
     *
     * @param resource where the class path holds it
     * @param name begins the name of its folder: the library and its platform
     * @throws IOException if the cache folder cannot be written
     */
    public static Path of(URL resource, String name) throws IOException {
        return in(cacheFolder(), resource, name);
    }

    static Path in(Path cacheFolder, URL resource, String name) throws IOException {
        Content content = Content.of(resource);
        Path folder =
                cacheFolder.resolve(
                        "%s-%d-%08x".formatted(name, content.bytes(), content.checksum()));
        Path library = folder.resolve(fileName(resource));
        if (!content.isIn(library)) {
            Files.createDirectories(folder);
            Path partial = Files.createTempFile(folder, fileName(resource), ".part");
            try {
                try (InputStream in = resource.openStream()) {
                    Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
                }
                Files.move(
                        partial,
                        library,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(partial);
            }
        }
        return library;
    }

    /**
     * {@code kvbench/native} in the user's cache ({@code XDG_CACHE_HOME} where that is an absolute
     * path, else {@code ~/.cache}).
     */
    public static Path cacheFolder() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path caches =
                xdg == null || !Path.of(xdg).isAbsolute()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(xdg);
        return caches.resolve("kvbench").resolve("native");
    }

    private static String fileName(URL resource) {
        String path = resource.getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** What tells one content from another. */
    private record Content(long bytes, long checksum) {

        /** As the jar's directory has it; a class path of plain files is read for it. */
        static Content of(URL resource) throws IOException {
            URLConnection connection = resource.openConnection();
            if (connection instanceof JarURLConnection jar) {
                ZipEntry entry = jar.getJarEntry();
                return new Content(entry.getSize(), entry.getCrc());
            }
            try (InputStream in = connection.getInputStream()) {
                return of(in);
            }
        }

        boolean isIn(Path file) throws IOException {
            if (!Files.isRegularFile(file) || Files.size(file) != bytes) {
                return false;
            }
            try (InputStream in = Files.newInputStream(file)) {
                return of(in).equals(this);
            }
        }

        private static Content of(InputStream in) throws IOException {
            var checked = new CheckedInputStream(in, new CRC32());
            long bytes = checked.transferTo(OutputStream.nullOutputStream());
            return new Content(bytes, checked.getChecksum().getValue());
        }
    }
}
