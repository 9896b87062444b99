package kvbench.checkpoint;

import kvbench.model.ElementType;
import kvbench.model.InputException;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A tensor that lies in a safetensors file: little-endian, row by row, not necessarily aligned.
 *
 * @param name its name in the file
 * @param file the file that holds it
 * @param type type of its elements
 * @param shape its dimensions, the outermost first; empty for a scalar
 * @param offset bytes from the beginning of the file
 * @param bytes its length
 */
public record StoredTensor(
        String name, Path file, ElementType type, List<Long> shape, long offset, long bytes) {

    public StoredTensor {
        shape = List.copyOf(shape);
    }

    /**
     * The tensor's bytes, mapped read-only for as long as {@code arena} lives.
     *
     * <p>Pages are read when they are first touched; nothing is copied.
     *
     * @throws InputException if the file is gone or has become shorter since it was opened
     */
    public MemorySegment map(Arena arena) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < offset + bytes) {
                throw InputException.unusable(
                        ("%s: tensor %s: expected the file to reach byte %d, found its end at %d:"
                             + " it was changed after it was opened. Leave it alone and start"
                             + " again.")
                                .formatted(file, name, offset + bytes, channel.size()));
            }
            return channel.map(MapMode.READ_ONLY, offset, bytes, arena);
        } catch (IOException e) {
            throw InputFile.unreadable(file, e);
        }
    }
}
