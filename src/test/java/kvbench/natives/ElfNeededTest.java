package kvbench.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.model.InputException;
import kvbench.untrusted.Reader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

class ElfNeededTest {
    private static final TinyElf LIBRARY =
            new TinyElf("libcublas.so.12", "libcublasLt.so.12", "libc.so.6");

    @TempDir Path folder;

    @Test
    void tellsItsNameAndWhatItNeedsInOrder() throws IOException {
        assertEquals(
                new ElfNeeded(
                        Platform.X64, "libcublas.so.12", List.of("libcublasLt.so.12", "libc.so.6")),
                ElfNeeded.of(LIBRARY.in(folder)));
    }

    @Test
    void tellsItsProcessor() throws IOException {
        assertEquals(Platform.ARM64, processor(TinyElf.AARCH64));
        assertEquals("machine 243", processor(243));
    }

    private String processor(int machine) throws IOException {
        return ElfNeeded.of(new TinyElf(machine, "a.so", List.of(), new byte[0]).in(folder))
                .processor();
    }

    @Test
    void aLibraryMayHaveNoNameAndNeedNothing() throws IOException {
        assertEquals(
                new ElfNeeded(Platform.X64, "", List.of()),
                ElfNeeded.of(new TinyElf("").as(folder.resolve("plugin.so"))));
    }

    /** Its makers' linker wrote it, not this test. */
    @EnabledOnOs(OS.LINUX)
    @Test
    void readsALibraryOfTheJavaThatRunsThis() throws IOException {
        Path library = Path.of(System.getProperty("java.home"), "lib", "libjava.so");
        ElfNeeded read = ElfNeeded.of(library);
        assertEquals("libjava.so", read.name());
        assertTrue(read.needed().contains("libjvm.so"), read::toString);
        assertEquals(Platform.current().processor(), read.processor());
    }

    @Test
    void anotherKindOfFileIsRefused() throws IOException {
        Path none = folder.resolve("none.so");
        assertRefused("expected a shared library, found no file there.", none);
        assertRefused("expected a shared library, found no file there.", folder);
        assertRefused("expected a shared library, found a file of 0 bytes.", file(new byte[0]));
        assertRefused(
                "expected a shared library (ELF, 64 bits, little-endian), found another kind of"
                        + " file.",
                file("INPUT(libc.so.6)\n".repeat(9).getBytes(StandardCharsets.UTF_8)));
        byte[] narrow = LIBRARY.bytes();
        narrow[4] = 1;
        assertRefused(
                "expected a shared library (ELF, 64 bits, little-endian), found another kind of"
                        + " file.",
                file(narrow));
        byte[] big = LIBRARY.bytes();
        big[5] = 2;
        assertRefused(
                "expected a shared library (ELF, 64 bits, little-endian), found another kind of"
                        + " file.",
                file(big));
    }

    @Test
    void whatLiesBeyondTheEndIsTold() throws IOException {
        byte[] whole = LIBRARY.bytes();
        assertRefused(
                "expected its table of segments in 112 bytes from byte 64 on, found a file of 100"
                        + " bytes.",
                file(Arrays.copyOf(whole, 100)));
        assertRefused(
                "expected its dynamic section in 96 bytes from byte 176 on, found a file of 200"
                        + " bytes.",
                file(Arrays.copyOf(whole, 200)));
    }

    @Test
    void countsBeyondReasonAreRefused() throws IOException {
        assertRefused(
                "expected at most 1024 segments, found 65535.", file(changed(56, (short) -1)));
        // Bytes of the dynamic section, in the second segment.
        assertRefused(
                "expected a dynamic section of at most 4096 entries, found 4611686018427387904"
                        + " bytes.",
                file(changed(64 + 56 + 32, 1L << 62)));
        assertRefused(
                "expected its dynamic section in -16 bytes from byte 176 on, found a file of %d bytes."
                        .formatted(LIBRARY.bytes().length),
                file(changed(64 + 56 + 32, -16L)));
    }

    @Test
    void textsThatLieNowhereAreRefused() throws IOException {
        assertRefused(
                "expected its texts in one of its segments, found them in none.",
                file(changed(64 + 16, 0x20000L)));
        // The first entry: where the name of the first needed library begins.
        assertRefused(
                "expected the name of a needed library in 45 bytes of text, found that it begins at"
                        + " byte 9223372036854775807.",
                file(changed(176 + 8, Long.MAX_VALUE)));
    }

    @Test
    void aNameWithoutAnEndIsRefused() throws IOException {
        byte[] endless = LIBRARY.bytes();
        String text = new String(endless, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("libcublas.so.12") + "libcublas.so.12".length();
        endless[end] = 'x';
        assertRefused("expected its own name to end within 16 bytes, found no end.", file(endless));
    }

    /** Every byte in turn, every length, and numbers where numbers stand. */
    @Test
    void whateverItHoldsItIsReadOrRefusedInOneLine() throws IOException {
        byte[] whole = LIBRARY.bytes();
        for (int length = 0; length < whole.length; length++) {
            check(Arrays.copyOf(whole, length));
        }
        for (int at = 0; at < whole.length; at++) {
            for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
                byte[] changed = whole.clone();
                changed[at] = (byte) value;
                check(changed);
            }
        }
        for (int at = 0; at + Long.BYTES <= whole.length; at += Long.BYTES) {
            for (long value : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, 1L << 62}) {
                check(changed(at, value));
            }
        }
    }

    private void check(byte[] content) throws IOException {
        Path file = file(content);
        Optional<ElfNeeded> read =
                Reader.ofJson()
                        .read(
                                content.length,
                                () -> {
                                    try {
                                        return ElfNeeded.of(file);
                                    } catch (IOException e) {
                                        throw InputException.unusable(e.getMessage(), e);
                                    }
                                });
        read.ifPresent(library -> assertTrue(library.needed().size() <= content.length));
    }

    private static byte[] changed(int at, long value) {
        byte[] bytes = LIBRARY.bytes();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
        return bytes;
    }

    private static byte[] changed(int at, short value) {
        byte[] bytes = LIBRARY.bytes();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putShort(at, value);
        return bytes;
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("library.so"), content);
    }

    private static void assertRefused(String message, Path file) {
        var e = assertThrows(IOException.class, () -> ElfNeeded.of(file));
        assertEquals(file + ": " + message, e.getMessage());
    }
}
