package kvbench.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.checkpoint.FileHashes.Hashed;
import kvbench.checkpoint.FileHashes.Origin;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class FileHashesTest {
    /** FIPS 180-2, appendix B.1: the hash of "abc". */
    private static final String ABC =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    /** Appendix B.2. */
    private static final String LONGER_TEXT =
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

    private static final String LONGER =
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";

    private static final Instant LONG_AGO = Instant.parse("2020-01-02T03:04:05Z");

    @TempDir Path folder;

    private Path cache;
    private FileHashes hashes;

    @BeforeEach
    void everyFileIsLarge() {
        cache = folder.resolve("cache");
        hashes = new FileHashes(cache, 1);
    }

    @Test
    void hashesComeInTheOrderOfTheFiles() throws IOException {
        assertEquals(
                List.of(computed(LONGER), computed(ABC)),
                hashes.of(List.of(file("a", LONGER_TEXT), file("b", "abc"))));
    }

    @Test
    void aHashIsKeptWhileTheFileIsAsItWas() throws IOException {
        Path file = file("a", "abc");
        assertEquals(3, hashes.bytesToRead(List.of(file)));
        assertEquals(List.of(computed(ABC)), hashes.of(List.of(file)));
        assertEquals(0, hashes.bytesToRead(List.of(file)));
        assertEquals(
                List.of(Optional.of(new Hashed(ABC, Origin.KEPT))),
                new FileHashes(cache, 1).of(List.of(file)));
    }

    @Test
    void aFileOfAnotherTimeOrSizeIsReadAnew() throws IOException {
        Path file = file("a", "abc");
        hashes.of(List.of(file));
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO.plusSeconds(1)));
        assertEquals(List.of(computed(ABC)), hashes.of(List.of(file)));

        file("a", LONGER_TEXT);
        assertEquals(List.of(computed(LONGER)), hashes.of(List.of(file)));
    }

    @Test
    void aFileThatWasJustChangedIsNotKept() throws IOException {
        Path file = file("a", "abc");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        assertEquals(List.of(computed(ABC)), hashes.of(List.of(file)));
        assertEquals(List.of(computed(ABC)), hashes.of(List.of(file)));
    }

    @Test
    void smallFilesAreNotKept() throws IOException {
        Path file = file("a", "abc");
        var ofLargeFiles = new FileHashes(cache, 4);
        assertEquals(List.of(computed(ABC)), ofLargeFiles.of(List.of(file)));
        assertEquals(List.of(computed(ABC)), ofLargeFiles.of(List.of(file)));
    }

    @Test
    void aBrokenEntryIsReplaced() throws IOException {
        Path file = file("a", "abc");
        hashes.of(List.of(file));
        for (Path entry : entries()) {
            Files.writeString(entry, "broken");
        }
        assertEquals(List.of(computed(ABC)), hashes.of(List.of(file)));
        assertEquals(List.of(Optional.of(new Hashed(ABC, Origin.KEPT))), hashes.of(List.of(file)));
    }

    @Test
    void aCacheThatCannotBeWrittenCostsOnlyTime() throws IOException {
        Path file = file("a", "abc");
        Files.writeString(cache, "no folder");
        assertEquals(List.of(computed(ABC)), hashes.of(List.of(file)));
        assertEquals(List.of(computed(ABC)), hashes.of(List.of(file)));
    }

    @Test
    void aFileThatIsNotThereHasNoHashAndTheOthersHaveTheirs() throws IOException {
        assertEquals(
                List.of(Optional.empty(), computed(ABC)),
                hashes.of(List.of(folder.resolve("none"), file("a", "abc"))));
    }

    @Test
    void noFilesHaveNoHashes() {
        assertEquals(List.of(), hashes.of(List.of()));
    }

    private static Optional<Hashed> computed(String sha256) {
        return Optional.of(new Hashed(sha256, Origin.COMPUTED));
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(cache)) {
            return entries.toList();
        }
    }

    private Path file(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
        return file;
    }
}
