package kvbench.ort;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The runtime's own environment: logging and what all sessions share. Close it after its sessions.
 */
public final class OrtEnvironment extends NativeObject {
    private OrtEnvironment(long address) {
        super(address, OrtApi::releaseEnv);
    }

    /** Opens an environment that shows errors only, and notes where {@link ArenaRegions} lie. */
    public static OrtEnvironment open() {
        OrtLibrary.get();
        long logger = ArenaRegions.loggingFunction();
        return new OrtEnvironment(
                create(
                        (texts, out) ->
                                OrtApi.createEnvWithCustomLogger(
                                        logger, ArenaRegions.LOG_INFO, texts[0], out),
                        "kvbench"));
    }

    /** Notes from now on where {@link ArenaRegions} lie, as from the beginning. */
    public void noteRegions() {
        OrtApi.updateEnvLogLevel(address(), ArenaRegions.LOG_INFO);
    }

    /**
     * Notes no regions any more: while it does, the runtime tells Java each thing that it logs, and
     * the replay of a CUDA graph is one.
     */
    public void noteErrorsOnly() {
        OrtApi.updateEnvLogLevel(address(), ArenaRegions.LOG_ERRORS);
    }

    /**
     * Execution providers that the library was built with, such as {@code CPUExecutionProvider}.
     */
    public static List<String> availableProviders() {
        OrtLibrary.get();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment names = arena.allocate(ValueLayout.JAVA_LONG);
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            OrtApi.getAvailableProviders(names.address(), count.address());
            long table = names.get(ValueLayout.JAVA_LONG, 0);
            int length = count.get(ValueLayout.JAVA_INT, 0);
            try {
                return texts(table, length);
            } finally {
                OrtApi.releaseAvailableProviders(table, length);
            }
        }
    }

    /** What the library says of its own build: commit, flags, compiler. */
    public static String buildInfo() {
        OrtLibrary.get();
        return OrtApi.buildInfo();
    }

    /** The C strings that an array of {@code count} pointers at {@code table} points to. */
    @SuppressWarnings("restricted")
    static List<String> texts(long table, long count) {
        var texts = new ArrayList<String>();
        MemorySegment pointers =
                MemorySegment.ofAddress(table)
                        .reinterpret(count * ValueLayout.JAVA_LONG.byteSize());
        for (long i = 0; i < count; i++) {
            texts.add(OrtApi.text(pointers.getAtIndex(ValueLayout.JAVA_LONG, i)));
        }
        return texts;
    }
}
