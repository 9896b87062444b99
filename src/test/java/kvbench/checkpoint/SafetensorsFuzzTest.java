package kvbench.checkpoint;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;

import kvbench.untrusted.Nasty;
import kvbench.untrusted.Reader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Whatever a safetensors file holds. */
class SafetensorsFuzzTest {
    private static final String HEADER =
            """
            {"__metadata__":{"format":"pt"},\
            "a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},\
            "b":{"dtype":"BF16","shape":[],"data_offsets":[16,18]},\
            "c":{"dtype":"X7","shape":[3],"data_offsets":[18,21]}}\
            """;

    private static final int DATA_BYTES = 21;

    @TempDir static Path folder;

    /**
     * A file that begins with a brace is a header and, behind the first zero, its data, so that
     * what is tried gets beyond the header's length.
     */
    @DictionaryEntries({
        "\"__metadata__\"",
        "\"dtype\"",
        "\"shape\"",
        "\"data_offsets\"",
        "\"F32\"",
        "\"BF16\"",
        "\"I8\"",
        "[0,4]",
        "[0,0]",
        "[4,2]",
        "9223372036854775807",
        "1e9",
        "[",
        "{",
        "}",
        "]",
        ","
    })
    @FuzzTest(maxDuration = "1m")
    void itsTensorsLieInTheFileOrItIsRefused(byte[] content) {
        boolean isHeader = content.length > 0 && content[0] == '{';
        check(isHeader ? withLength(content) : content);
    }

    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @Test
    void everyPartOfTheHeaderMayBeAnything() {
        Nasty.of(HEADER, header -> check(file(header.length, header, DATA_BYTES)));
    }

    @Test
    void theLengthOfTheHeaderMayBeAnything() {
        byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
        for (long length :
                new long[] {
                    0,
                    1,
                    header.length - 1,
                    header.length + 1,
                    header.length + DATA_BYTES,
                    header.length + DATA_BYTES + 1,
                    99_999_999,
                    100_000_000,
                    100_000_001,
                    10_000_000_000L,
                    Integer.MAX_VALUE,
                    1L << 32,
                    Long.MAX_VALUE - 8,
                    Long.MAX_VALUE,
                    Long.MIN_VALUE,
                    -8,
                    -1
                }) {
            check(file(length, header, DATA_BYTES));
        }
        for (int bytes = 0; bytes < 9; bytes++) {
            check(new byte[bytes]);
        }
    }

    /** What a small file says of gigabytes takes no memory. */
    @Test
    void theSizesOfTensorsMayBeAnything() {
        for (String shape :
                List.of(
                        "[1000000000000]",
                        "[4294967296,4294967296]",
                        "[9223372036854775807]",
                        "[0,9223372036854775807,9223372036854775807]",
                        "[1,1,1,1,1,1,1,1,1,1,1,1]")) {
            for (String offsets :
                    List.of(
                            "[0,4]",
                            "[0,4000000000000]",
                            "[9223372036854775803,9223372036854775807]",
                            "[-4,0]",
                            "[4,0]",
                            "[0]",
                            "[]",
                            "[0,4,8]",
                            "[0.0,4.0]",
                            "[0,18446744073709551615]")) {
                byte[] header =
                        "{\"a\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":%s}}"
                                .formatted(shape, offsets)
                                .getBytes(StandardCharsets.UTF_8);
                check(file(header.length, header, 4));
            }
        }
    }

    private static void check(byte[] content) {
        Path file = folder.resolve("model.safetensors");
        write(file, content);
        Reader.ofJson()
                .read(content.length, () -> SafetensorsFile.open(file))
                .ifPresent(opened -> assertWithinFile(opened, content.length));
    }

    private static void assertWithinFile(SafetensorsFile opened, long size) {
        assertEquals(opened.names(), opened.shapes().keySet());
        for (String name : opened.names()) {
            Reader.ofJson()
                    .read(size, () -> opened.tensor(name))
                    .ifPresent(tensor -> assertWithinFile(tensor, size));
        }
    }

    private static void assertWithinFile(StoredTensor tensor, long size) {
        assertAll(
                () -> assertTrue(tensor.offset() >= SafetensorsFile.LENGTH_BYTES),
                () -> assertTrue(tensor.bytes() >= 0),
                () -> assertTrue(tensor.offset() + tensor.bytes() <= size));
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(tensor.bytes(), tensor.map(arena).byteSize());
        }
    }

    private static byte[] withLength(byte[] content) {
        int header = 0;
        while (header < content.length && content[header] != 0) {
            header++;
        }
        int data = Math.max(0, content.length - header - 1);
        return file(header, Arrays.copyOf(content, header), data);
    }

    private static byte[] file(long headerLength, byte[] header, int dataBytes) {
        return ByteBuffer.allocate(SafetensorsFile.LENGTH_BYTES + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(headerLength)
                .put(header)
                .array();
    }

    private static void write(Path to, byte[] content) {
        try {
            Files.write(to, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
