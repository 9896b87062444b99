package kvbench.store;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.code_intelligence.jazzer.junit.FuzzTest;

import kvbench.untrusted.Reader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Whatever the record of a fork holds. */
class ForkRecordFuzzTest {
    /** Leaves some bytes out, so that it takes a second. */
    private static final int STEP = 11;

    @TempDir static Path folder;

    /** The digest is put right, so that what is tried gets beyond it. */
    @MethodSource("asWritten")
    @FuzzTest(maxDuration = "1m")
    void isAResultOrIsRefused(byte[] serialised) {
        Path file = folder.resolve(ForkRecord.FILE_NAME);
        write(file, ForkRecord.withDigest(serialised));
        Reader.ofJson()
                .read(serialised.length, () -> ForkRecord.read(file))
                .ifPresent(result -> assertNotNull(result.getParams()));
    }

    static List<byte[]> asWritten() throws IOException {
        return List.of(serialised(Runs.result("static", 1, 1)));
    }

    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @Test
    void anyByteMayBeAnother() throws IOException {
        byte[] serialised = serialised(Runs.result("static", 1, 1));
        int[] flips = {0x01, 0x80, 0xff};
        for (int at = 0; at < serialised.length; at += STEP) {
            byte[] changed = serialised.clone();
            changed[at] ^= (byte) flips[at % flips.length];
            isAResultOrIsRefused(changed);
            isAResultOrIsRefused(Arrays.copyOf(serialised, at));
        }
    }

    /** The length of an array is believed only as far as the file reaches. */
    @Test
    void aLargeArrayOfASmallFileIsNotMade() throws IOException {
        byte[] serialised = serialised(new int[] {1, 2, 3});
        ByteBuffer.wrap(serialised).putInt(serialised.length - 4 * Integer.BYTES, 1_000_000_000);
        isAResultOrIsRefused(serialised);
    }

    private static byte[] serialised(Object result) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(result);
        }
        return bytes.toByteArray();
    }

    private static void write(Path to, byte[] content) {
        try {
            Files.write(to, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
