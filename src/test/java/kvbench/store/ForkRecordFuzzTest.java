package kvbench.store;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.code_intelligence.jazzer.junit.FuzzTest;

import kvbench.untrusted.Reader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Whatever the record of a fork holds. */
class ForkRecordFuzzTest {
    @TempDir static Path folder;

    @FuzzTest(maxDuration = "1m")
    void isAResultOrIsRefused(byte[] content) {
        Path file = folder.resolve(ForkRecord.FILE_NAME);
        write(file, content);
        Reader.ofJson()
                .read(content.length, () -> ForkRecord.read(file))
                .ifPresent(result -> assertNotNull(result.getParams()));
    }

    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @Test
    void everyByteMayBeAnother() throws IOException {
        byte[] record = ForkRecord.toBytes(Runs.result("static", 1, 1));
        for (int at = 0; at < record.length; at++) {
            for (int flip : new int[] {0x01, 0x80, 0xff}) {
                byte[] changed = record.clone();
                changed[at] ^= (byte) flip;
                isAResultOrIsRefused(changed);
            }
            isAResultOrIsRefused(Arrays.copyOf(record, at));
        }
    }

    private static void write(Path to, byte[] content) {
        try {
            Files.write(to, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
