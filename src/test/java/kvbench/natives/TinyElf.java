package kvbench.natives;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes shared libraries of a few hundred bytes: a header, two segments, a dynamic section, its
 * texts, device code and two sections. Nothing could run them.
 *
 * @param machine {@code e_machine}
 * @param name {@code DT_SONAME}, or ""
 * @param deviceCode content of section {@code .nv_fatbin}
 */
public record TinyElf(int machine, String name, List<String> needed, byte[] deviceCode) {
    static final int X86_64 = 62;
    static final int AARCH64 = 183;

    /** Where the texts come to lie in memory, away from where they are in the file. */
    private static final long ADDRESS = 0x10000;

    private static final int HEADER = 64;
    private static final int SEGMENT = 56;
    private static final int SECTION = 64;
    private static final int DYNAMIC = HEADER + 2 * SEGMENT;

    /** A library for x64 without device code. */
    public TinyElf(String name, String... needed) {
        this(X86_64, name, List.of(needed), new byte[0]);
    }

    /** The library as a file of {@code folder} under its own name. */
    public Path in(Path folder) {
        return as(folder.resolve(name));
    }

    /** The library as {@code file}. */
    public Path as(Path file) {
        try {
            Files.createDirectories(file.getParent());
            return Files.write(file, bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] bytes() {
        var texts = new ByteArrayOutputStream();
        texts.write(0);
        var tags = new ArrayList<long[]>();
        for (String library : needed) {
            tags.add(new long[] {1, texts.size()});
            texts.writeBytes((library + "\0").getBytes(StandardCharsets.UTF_8));
        }
        if (!name.isEmpty()) {
            tags.add(new long[] {14, texts.size()});
            texts.writeBytes((name + "\0").getBytes(StandardCharsets.UTF_8));
        }
        tags.add(new long[] {5, ADDRESS});
        tags.add(new long[] {10, texts.size()});
        tags.add(new long[] {0, 0});
        byte[] sectionNames = "\0.shstrtab\0.nv_fatbin\0".getBytes(StandardCharsets.UTF_8);
        int textsAt = DYNAMIC + 16 * tags.size();
        int codeAt = textsAt + texts.size();
        int namesAt = codeAt + deviceCode.length;
        int sectionsAt = namesAt + sectionNames.length;
        ByteBuffer file =
                ByteBuffer.allocate(sectionsAt + 2 * SECTION).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        file.putShort((short) 3).putShort((short) machine).putInt(1).putLong(0);
        file.putLong(HEADER).putLong(sectionsAt).putInt(0);
        file.putShort((short) HEADER).putShort((short) SEGMENT).putShort((short) 2);
        file.putShort((short) SECTION).putShort((short) 2).putShort((short) 0);
        segment(file, 1, textsAt, ADDRESS, texts.size());
        segment(file, 2, DYNAMIC, 0, 16 * tags.size());
        tags.forEach(tag -> file.putLong(tag[0]).putLong(tag[1]));
        file.put(texts.toByteArray()).put(deviceCode).put(sectionNames);
        section(file, 1, namesAt, sectionNames.length);
        section(file, 11, codeAt, deviceCode.length);
        return file.array();
    }

    private static void segment(ByteBuffer file, int type, long offset, long address, long bytes) {
        file.putInt(type).putInt(0).putLong(offset).putLong(address).putLong(address);
        file.putLong(bytes).putLong(bytes).putLong(8);
    }

    private static void section(ByteBuffer file, int name, long offset, long bytes) {
        file.putInt(name).putInt(1).putLong(0).putLong(0).putLong(offset).putLong(bytes);
        file.putLong(0).putLong(8).putLong(0);
    }
}
