package kvbench.natives;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

class UnpackedLibraryTest {
    private static final byte[] CONTENT =
            "no code, but bytes all the same".getBytes(StandardCharsets.US_ASCII);

    /** The checksum is that of Python's {@code zlib.crc32}. */
    private static final String FOLDER = "thing-linux-x64-31-14313ac0";

    @TempDir Path temporary;

    private Path cache;
    private URL resource;

    @BeforeEach
    void writeJar() throws IOException {
        cache = temporary.resolve("cache");
        resource = jarWith(CONTENT);
    }

    @Test
    void aFolderIsNamedByNameSizeAndChecksum() throws IOException {
        Path library = unpack();

        assertEquals(cache.resolve(FOLDER).resolve("libthing.so"), library);
        assertArrayEquals(CONTENT, Files.readAllBytes(library));
        assertEquals(List.of(library), filesIn(library.getParent()));
    }

    @Test
    void aClassPathOfPlainFilesServesAsWell() throws IOException {
        Path plain = Files.write(temporary.resolve("libthing.so"), CONTENT);

        assertEquals(unpack(), UnpackedLibrary.in(cache, plain.toUri().toURL(), "thing-linux-x64"));
    }

    @Test
    void whatIsThereIsUsedAsItIs() throws IOException {
        Path library = unpack();
        var longAgo = FileTime.fromMillis(0);
        Files.setLastModifiedTime(library, longAgo);

        assertEquals(library, unpack());
        assertEquals(longAgo, Files.getLastModifiedTime(library));
    }

    @Test
    void aDamagedFileIsReplacedWhateverItsSize() throws IOException {
        Path library = unpack();
        for (byte[] damaged : List.of(new byte[CONTENT.length], new byte[3])) {
            Files.write(library, damaged);

            assertArrayEquals(CONTENT, Files.readAllBytes(unpack()));
        }
    }

    @Test
    void anotherContentOfTheSameSizeHasAFolderOfItsOwn() throws IOException {
        Path library = unpack();
        byte[] other = CONTENT.clone();
        other[0]++;
        resource = jarWith(other);

        assertNotEquals(library, unpack());
        assertArrayEquals(CONTENT, Files.readAllBytes(library));
    }

    @Test
    void thoseWhoStartAtOnceAllGetTheWholeFile() throws Exception {
        Callable<byte[]> reading = () -> Files.readAllBytes(unpack());
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var read : threads.invokeAll(Stream.generate(() -> reading).limit(32).toList())) {
                assertArrayEquals(CONTENT, read.get());
            }
        }
        assertEquals(1, filesIn(cache.resolve(FOLDER)).size());
    }

    @Test
    void saysWhereTheCacheCannotBeWritten() throws IOException {
        Files.writeString(cache, "a file where the folder should be");

        assertThrows(IOException.class, this::unpack);
    }

    private Path unpack() throws IOException {
        return UnpackedLibrary.in(cache, resource, "thing-linux-x64");
    }

    private URL jarWith(byte[] content) throws IOException {
        Path jar = Files.createTempFile(temporary, "natives", ".jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("linux-x64/libthing.so"));
            out.write(content);
            out.closeEntry();
        }
        return URI.create("jar:" + jar.toUri() + "!/linux-x64/libthing.so").toURL();
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
