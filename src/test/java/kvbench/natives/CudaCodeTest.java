package kvbench.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

class CudaCodeTest {
    private static final int PTX = 1;
    private static final int MACHINE = 2;

    /** Where a file's header tells where its sections are, and the length of each one's header. */
    private static final int SECTIONS = 40;

    private static final int SECTION_BYTES = 64;

    @TempDir Path folder;

    @Test
    void tellsTheCapabilitiesOfAllContainers() {
        byte[] section =
                joined(
                        container(entry(MACHINE, 80, 40), entry(MACHINE, 90, 8)),
                        new byte[16],
                        container(entry(MACHINE, 120, 0), entry(PTX, 120, 24)));
        CudaCode code = code(section).orElseThrow();
        assertEquals(Set.of(80, 90, 120), code.machine());
        assertEquals(Set.of(120), code.ptx());
        assertEquals("8.0, 9.0, 12.0", code.toString());
    }

    @Test
    void aLibraryWithoutDeviceCodeTellsNothing() {
        assertEquals(Optional.empty(), code(new byte[0]));
        assertEquals(Optional.empty(), code(new byte[64]));
        assertEquals(Optional.empty(), CudaCode.of(folder.resolve("none.so")));
    }

    @Test
    void anotherFormTellsNothing() {
        byte[] section = container(entry(MACHINE, 80, 40));
        for (int at : new int[] {0, 6, 8, 16 + 4, 16 + 8}) {
            byte[] changed = section.clone();
            changed[at] ^= 0x55;
            assertEquals(Optional.empty(), code(changed), "byte " + at);
        }
        assertEquals(Optional.empty(), code(Arrays.copyOf(section, section.length - 1)));
    }

    /** Zeros between containers are skipped, but not without end. */
    @Test
    void aSectionOfGigabytesOfNothingIsGivenUp() throws IOException {
        byte[] bytes = new TinyElf(62, "a.so", List.of(), new byte[64]).bytes();
        ByteBuffer library = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int section = (int) library.getLong(SECTIONS) + SECTION_BYTES;
        library.putLong(section + 24, bytes.length).putLong(section + 32, 1L << 30);
        Path file = Files.write(folder.resolve("a.so"), bytes);
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), bytes.length + (1L << 30) - 1);
        }
        assertEquals(Optional.empty(), CudaCode.of(file));
    }

    @Test
    void machineCodeRunsOnLaterDevicesOfItsGeneration() {
        var code = new CudaCode(new TreeSet<>(Set.of(80, 120)), new TreeSet<>());
        assertTrue(code.runsOn(80));
        assertTrue(code.runsOn(86));
        assertTrue(code.runsOn(121));
        assertFalse(code.runsOn(75));
        assertFalse(code.runsOn(90));
        assertFalse(code.runsOn(100));
    }

    @Test
    void portableCodeRunsOnAllLaterDevices() {
        var code = new CudaCode(new TreeSet<>(), new TreeSet<>(Set.of(90)));
        assertTrue(code.runsOn(90));
        assertTrue(code.runsOn(100));
        assertFalse(code.runsOn(89));
    }

    private Optional<CudaCode> code(byte[] section) {
        return CudaCode.of(new TinyElf(62, "a.so", List.of(), section).in(folder));
    }

    private static byte[] entry(int kind, int capability, int bytes) {
        return ByteBuffer.allocate(64 + bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) kind)
                .putShort((short) 0x101)
                .putInt(64)
                .putLong(bytes)
                .putInt(28, capability)
                .array();
    }

    private static byte[] container(byte[]... entries) {
        byte[] content = joined(entries);
        return ByteBuffer.allocate(16 + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0xBA55ED50)
                .putShort((short) 1)
                .putShort((short) 16)
                .putLong(content.length)
                .put(content)
                .array();
    }

    private static byte[] joined(byte[]... parts) {
        ByteBuffer whole =
                ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
        Arrays.stream(parts).forEach(whole::put);
        return whole.array();
    }
}
