package kvbench.ort;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Bytes that the C library has allocated in mappings of their own, as it does with large ones: the
 * regions of an arena, and buffers that the runtime keeps for each thread.
 *
 * <p>Source: the GNU C library from 2.33 on, {@code mallinfo2(3)}, field {@code hblkhd}.
 */
public final class MappedAllocations {
    private static final StructLayout MALLINFO2 =
            MemoryLayout.structLayout(
                    MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_LONG).withName("fields"));

    /** Place of {@code hblkhd} among the fields. */
    private static final int HBLKHD = 4;

    private static final Optional<MethodHandle> FUNCTION = function();

    private MappedAllocations() {}

    /** The bytes now, whole pages; empty where the C library does not tell. */
    public static OptionalLong bytes() {
        if (FUNCTION.isEmpty()) {
            return OptionalLong.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            var info = (MemorySegment) FUNCTION.get().invokeExact((SegmentAllocator) arena);
            return OptionalLong.of(info.getAtIndex(ValueLayout.JAVA_LONG, HBLKHD));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a call of C throws nothing", e);
        }
    }

    @SuppressWarnings("restricted")
    private static Optional<MethodHandle> function() {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find("mallinfo2")
                .map(address -> linker.downcallHandle(address, FunctionDescriptor.of(MALLINFO2)));
    }
}
