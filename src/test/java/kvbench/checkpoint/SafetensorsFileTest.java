package kvbench.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.model.ElementType;
import kvbench.model.InputException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

class SafetensorsFileTest {
    private static final String AGAIN = ". Get the file again.";

    @TempDir Path folder;

    private Path file() {
        return folder.resolve("model.safetensors");
    }

    @Test
    void readsNamesShapesTypesAndPlaces() {
        String header =
                "{\"__metadata__\":{\"format\":\"pt\"},"
                        + TestFiles.entry("b", "BF16", List.of(2L, 3L), 4, 16)
                        + ","
                        + TestFiles.entry("a", "F32", List.of(), 0, 4)
                        + ","
                        + TestFiles.entry("none", "I64", List.of(0L, 7L), 16, 16)
                        + "}   ";
        SafetensorsFile file = SafetensorsFile.open(TestFiles.safetensors(file(), header, 16));
        long data = 8 + header.length();
        assertEquals(Map.of("format", "pt"), file.metadata());
        assertEquals(List.of("b", "a", "none"), List.copyOf(file.names()));
        assertEquals(
                new StoredTensor("b", file(), ElementType.BFLOAT16, List.of(2L, 3L), data + 4, 12),
                file.tensor("b"));
        assertEquals(
                new StoredTensor("a", file(), ElementType.FLOAT32, List.of(), data, 4),
                file.tensor("a"));
        assertEquals(
                new StoredTensor("none", file(), ElementType.INT64, List.of(0L, 7L), data + 16, 0),
                file.tensor("none"));
    }

    @Test
    void mapsTheBytesOfATensorReadOnly() throws IOException {
        String header =
                "{"
                        + TestFiles.entry("a", "F32", List.of(2L), 4, 12)
                        + ","
                        + TestFiles.entry("x", "F32", List.of(1L), 0, 4)
                        + "}";
        TestFiles.safetensors(file(), header, 12);
        try (var raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.seek(8 + header.length() + 4);
            raw.write(new byte[] {0, 0, (byte) 0x80, 0x3F, 0, 0, 0, (byte) 0xC0});
        }
        try (Arena arena = Arena.ofConfined()) {
            var mapped = SafetensorsFile.open(file()).tensor("a").map(arena);
            assertArrayEquals(
                    new float[] {1, -2}, mapped.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
            assertTrue(mapped.isReadOnly());
        }
    }

    @Test
    void refusesToMapAFileThatHasBecomeShorter() throws IOException {
        String header = "{" + TestFiles.entry("a", "F32", List.of(2L), 0, 8) + "}";
        StoredTensor tensor =
                SafetensorsFile.open(TestFiles.safetensors(file(), header, 8)).tensor("a");
        try (var raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.setLength(8 + header.length() + 3);
        }
        try (Arena arena = Arena.ofConfined()) {
            TestFiles.assertUnusable(
                    "%s: tensor a: expected the file to reach byte %d, found its end at %d: it was changed after it was opened. Leave it alone and start again."
                            .formatted(file(), 16 + header.length(), 11 + header.length()),
                    () -> tensor.map(arena));
        }
    }

    @Test
    void complainsOfAnUnknownTypeOnlyWhenItIsAskedFor() {
        String header =
                "{"
                        + TestFiles.entry("a", "F32", List.of(1L), 0, 4)
                        + ","
                        + TestFiles.entry("q", "F8_E4M3", List.of(3L), 4, 7)
                        + "}";
        SafetensorsFile file = SafetensorsFile.open(TestFiles.safetensors(file(), header, 7));
        assertEquals(4, file.tensor("a").bytes());
        TestFiles.assertUnusable(
                file()
                        + ": tensor q: expected elements of type F32, U8, I8, I32, I64, F16, BF16,"
                        + " found F8_E4M3. Use a checkpoint in one of these types.",
                () -> file.tensor("q"));
    }

    @Test
    void refusesANameThatIsNotThere() {
        SafetensorsFile file = SafetensorsFile.open(TestFiles.safetensors(file(), "{}", 0));
        TestFiles.assertUnusable(
                file()
                        + ": expected a tensor a, found none of that name among 0. Use a checkpoint"
                        + " that holds it.",
                () -> file.tensor("a"));
    }

    @Test
    void refusesAFileThatIsNotThere() {
        TestFiles.assertUnusable(
                file()
                        + ": expected a readable file, found none there. Check the path and its"
                        + " permissions.",
                () -> SafetensorsFile.open(file()));
    }

    @Test
    void refusesAFileShorterThanTheLengthField() {
        TestFiles.write(file(), new byte[7]);
        assertRefused("expected at least 8 bytes, found 7 bytes");
    }

    @Test
    void namesAGitLfsPointer() {
        TestFiles.write(file(), "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
        TestFiles.assertUnusable(
                file()
                        + ": expected a safetensors file, found a Git LFS pointer. Run: git lfs"
                        + " pull",
                () -> SafetensorsFile.open(file()));
    }

    @Test
    void refusesAHeaderBeyondTheLimitOfTheFormat() {
        TestFiles.write(file(), TestFiles.prefixed(100_000_001, new byte[2], 0));
        assertRefused("expected a header of at most 100000000 bytes, found one of 100000001");
        TestFiles.write(file(), TestFiles.prefixed(-1, new byte[2], 0));
        assertRefused(
                "expected a header of at most 100000000 bytes, found one of 18446744073709551615");
    }

    @Test
    void saysHowManyBytesOfTheHeaderAreMissing() {
        TestFiles.write(file(), TestFiles.prefixed(1000, "{}".getBytes(StandardCharsets.UTF_8), 0));
        assertRefused("expected 1008 bytes, found 10: 998 are missing");
    }

    @Test
    void saysHowManyBytesOfTheDataAreMissing() {
        String header = "{" + TestFiles.entry("a", "F32", List.of(25L), 0, 100) + "}";
        TestFiles.safetensors(file(), header, 60);
        long end = 8 + header.length();
        assertRefused("expected %d bytes, found %d: 40 are missing".formatted(end + 100, end + 60));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", " {}", "null", "\0"})
    void refusesAHeaderThatIsNoObject(String header) {
        TestFiles.safetensors(file(), header, 0);
        assertRefused("expected a header that begins with {, found another beginning");
    }

    @Test
    void refusesAHeaderThatIsNotUtf8() {
        byte[] header = "{\"?\":1}".getBytes(StandardCharsets.UTF_8);
        header[2] = (byte) 0xFF;
        TestFiles.write(file(), TestFiles.prefixed(header.length, header, 0));
        assertRefused("expected a header in UTF-8, found other bytes");
    }

    @Test
    void refusesAHeaderInUtf16() {
        byte[] header = "{}".getBytes(StandardCharsets.UTF_16LE);
        TestFiles.write(file(), TestFiles.prefixed(header.length, header, 0));
        assertTrue(complaint().contains(": expected a header of JSON, found"), complaint());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"a\"",
                "{\"a\":{",
                "{\"a\":{\"dtype\":",
                "{\"a\":{\"shape\":[",
                "{,}"
            })
    void refusesAHeaderThatBreaksOff(String header) {
        TestFiles.safetensors(file(), header, 0);
        assertTrue(complaint().contains(": expected a header of JSON, found"), complaint());
    }

    @Test
    void refusesTextBehindTheObject() {
        TestFiles.safetensors(file(), "{}{}", 0);
        assertRefused("expected a header of one JSON object, found more text behind it");
    }

    @Test
    void refusesANameGivenTwice() {
        String entry = TestFiles.entry("twin", "F32", List.of(1L), 0, 4);
        TestFiles.safetensors(file(), "{" + entry + "," + entry + "}", 4);
        assertTrue(complaint().contains("Duplicate"), complaint());
        assertTrue(complaint().contains("twin"), complaint());
    }

    @Test
    void refusesDeepNestingInsteadOfRunningOutOfStack() {
        TestFiles.safetensors(file(), "{\"a\":{\"x\":" + "[".repeat(1_000_000), 0);
        assertTrue(complaint().contains("nesting depth"), complaint());
    }

    @Test
    void readsAHeaderOfAHundredThousandTensors() {
        var header = new StringBuilder("{");
        for (int i = 0; i < 100_000; i++) {
            header.append(i == 0 ? "" : ",")
                    .append(TestFiles.entry("t" + i, "F16", List.of(1L), 2 * i, 2 * i + 2));
        }
        Path file = TestFiles.safetensors(file(), header + "}", 200_000);
        assertEquals(100_000, SafetensorsFile.open(file).names().size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "a":1                                                           | : tensor a: expected an object with dtype, shape and data_offsets, found 1
                    "a":{"shape":[1],"data_offsets":[0,4]}                          | : tensor a: expected dtype, found none
                    "a":{"dtype":"F32","data_offsets":[0,4]}                        | : tensor a: expected shape, found none
                    "a":{"dtype":"F32","shape":[1]}                                 | : tensor a: expected data_offsets, found none
                    "a":{"dtype":32,"shape":[1],"data_offsets":[0,4]}               | : tensor a: expected dtype to be a string, found 32
                    "a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}              | : tensor a: expected shape to be an array of whole numbers from 0 to 9223372036854775807, found 1
                    "a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}           | : tensor a: expected shape to be an array of whole numbers from 0 to 9223372036854775807, found -1
                    "a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}          | : tensor a: expected shape to be an array of whole numbers from 0 to 9223372036854775807, found 1.0
                    "a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}          | : tensor a: expected shape to be an array of whole numbers from 0 to 9223372036854775807, found 1
                    "a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}          | : tensor a: expected shape to be an array of whole numbers from 0 to 9223372036854775807, found [
                    "a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4]} | : tensor a: expected shape to be an array of whole numbers from 0 to 9223372036854775807, found 18446744073709551616
                    "a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]} | : tensor a: expected a shape whose bytes can be counted, found [4294967296, 4294967296]
                    "a":{"dtype":"F32","shape":[1],"data_offsets":[0]}              | : tensor a: expected data_offsets to be [begin, end] with begin <= end, found [0]
                    "a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}            | : tensor a: expected data_offsets to be [begin, end] with begin <= end, found [4, 0]
                    "a":{"dtype":"F32","shape":[1],"data_offsets":[0,3]}            | : tensor a: expected data_offsets 4 bytes apart for F32 [1], found 3 bytes
                    "a":{"dtype":"F16","shape":[2,3],"data_offsets":[0,4]}          | : tensor a: expected data_offsets 12 bytes apart for F16 [2, 3], found 4 bytes
                    "__metadata__":[]                                               | : expected __metadata__ to be an object of strings, found [
                    "__metadata__":{"seed":1}                                       | : expected __metadata__ to hold a string as seed, found 1
                    "a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}            | : tensor a: expected data from byte 0 on, where the tensor before it ends, found 4, a hole
                    "a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]} | : tensor b: expected data from byte 4 on, where the tensor before it ends, found 2, an overlap
                    "a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F8","shape":[9],"data_offsets":[0,4]} | : tensor b: expected data from byte 4 on, where the tensor before it ends, found 0, an overlap
                    "a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}            | : expected 4 bytes of data, where the last tensor ends, found 8 bytes
                    """)
    void refusesTensorsThatCannotBe(String tensors, String complaint) {
        TestFiles.safetensors(file(), "{" + tensors + "}", 8);
        assertEquals(file() + complaint + AGAIN, complaint());
    }

    @Test
    void ignoresFieldsItDoesNotKnow() {
        String header =
                "{\"a\":{\"new\":{\"x\":[1]},\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
        assertEquals(
                4,
                SafetensorsFile.open(TestFiles.safetensors(file(), header, 4)).tensor("a").bytes());
    }

    /** Whatever a bit flip makes of a header: it is read, or refused in words. */
    @Test
    void damagedHeadersNeverCauseAnythingButAComplaint() throws IOException {
        TestFiles.zeros(file(), LlamaWeights.shapes(TestFiles.TINY), "F32", 4);
        byte[] sound = Files.readAllBytes(file());
        int headerBytes = (sound[0] & 0xFF) | (sound[1] & 0xFF) << 8;
        long seed = 20260101;
        var random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = sound.clone();
            int bit = random.nextInt((8 + headerBytes) * 8);
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file(), damaged);
            try {
                SafetensorsFile.open(file());
            } catch (InputException e) {
                assertTrue(
                        e.getMessage().startsWith(file() + ": "), "seed " + seed + ", round " + i);
                refused++;
            }
        }
        assertTrue(refused > 1_000, refused + " of 2000 damaged headers were refused");
    }

    private void assertRefused(String complaint) {
        assertEquals(file() + ": " + complaint + AGAIN, complaint());
    }

    private String complaint() {
        return assertThrows(InputException.class, () -> SafetensorsFile.open(file())).getMessage();
    }
}
