package kvbench.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.model.InputException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

class ForkRecordTest {
    @TempDir Path folder;

    @Test
    void losesNothing() throws IOException {
        Path file = folder.resolve("result.jmh");
        var result = Runs.result("static", 1, 5);
        Files.write(file, ForkRecord.toBytes(result));
        var read = ForkRecord.read(file);
        assertEquals(
                result.getPrimaryResult().getStatistics().getSum(),
                read.getPrimaryResult().getStatistics().getSum());
        assertEquals(result.getSecondaryResults().keySet(), read.getSecondaryResults().keySet());
        assertEquals("static", read.getParams().getParam("strategy"));
    }

    /** Java's serialised form can name any class: only those of results may be made. */
    @Test
    void makesNoObjectThatIsNoResult() throws IOException {
        Path file = folder.resolve("result.jmh");
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(new File("x"));
        }
        Files.write(file, ForkRecord.withDigest(bytes.toByteArray()));
        String message =
                assertThrows(InputException.class, () -> ForkRecord.read(file)).getMessage();
        assertTrue(message.contains("filter status: REJECTED"), message);
    }

    @Test
    void tellsThatAByteHasChanged() throws IOException {
        Path file = folder.resolve("result.jmh");
        byte[] record = ForkRecord.toBytes(Runs.result("static", 1, 5));
        for (int at = 0; at < record.length; at += 7) {
            byte[] changed = record.clone();
            changed[at] ^= 1;
            Files.write(file, changed);
            assertEquals(
                    "%s: expected the result of one fork as this version of the suite keeps it, found that some of its bytes have changed. Remove the folder %s and have the fork measured again with `bench --resume`."
                            .formatted(file, folder),
                    assertThrows(InputException.class, () -> ForkRecord.read(file)).getMessage());
        }
    }

    @Test
    void refusesWhatIsNoRecordAtAll() throws IOException {
        Path file = folder.resolve("result.jmh");
        for (String content : new String[] {"", "x", "{\"a\": 1}"}) {
            Files.writeString(file, content);
            var complaint = assertThrows(InputException.class, () -> ForkRecord.read(file));
            assertFalse(complaint.isWrongUse());
            assertTrue(
                    complaint
                            .getMessage()
                            .startsWith(file + ": expected the result of one fork as this version"),
                    complaint.getMessage());
        }
    }
}
