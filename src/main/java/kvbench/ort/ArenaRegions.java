package kvbench.ort;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the arenas of this process lie: the runtime has no function that tells, but logs the
 * addresses of each region that an arena takes from the system.
 *
 * <p>So this is the environment's logger: it notes regions, passes errors on to standard error, and
 * drops the rest. An arena grows seldom, and sessions log errors only, so nothing is logged while a
 * graph runs as before. Where somebody else in the process made the runtime's environment first,
 * such as Microsoft's Java API, the logger is theirs and nothing is told.
 *
 * <p>Source: ONNX Runtime 1.29, {@code bfc_arena.cc}, {@code BFCArena::Extend}.
 */
public final class ArenaRegions {
    /** The least severe level at which arenas tell where they grow. */
    static final int LOG_INFO = 1;

    static final int LOG_ERRORS = 3;

    private static final Pattern ALLOCATED =
            Pattern.compile(
                    "Allocated memory at (?:0x)?([0-9A-Fa-f]{1,16}) to (?:0x)?([0-9A-Fa-f]{1,16})");

    /** Comes before, from the same thread; the name is that of the arena's place. */
    private static final Pattern EXTENDING = Pattern.compile("Extending BFCArena for (\\w+)");

    /** Arguments: parameter, severity, category, id of the logger, place in the code, message. */
    private static final FunctionDescriptor LOGGING_FUNCTION =
            FunctionDescriptor.ofVoid(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG);

    private static final List<MemoryRange> REGIONS = new ArrayList<>();
    private static final List<MemoryRange> ON_DEVICES = new ArrayList<>();
    private static final ThreadLocal<String> EXTENDED =
            ThreadLocal.withInitial(() -> MemoryPlace.CPU);

    private ArenaRegions() {}

    /**
     * All regions of the host's memory that arenas of this process have taken so far, in their
     * order; those of a closed session too.
     */
    public static List<MemoryRange> taken() {
        synchronized (REGIONS) {
            return List.copyOf(REGIONS);
        }
    }

    /** As {@link #taken}, of the memory of devices. */
    public static List<MemoryRange> takenOnDevices() {
        synchronized (REGIONS) {
            return List.copyOf(ON_DEVICES);
        }
    }

    /** Address of a logging function of C's, for as long as the process lives. */
    static long loggingFunction() {
        return Stub.ADDRESS;
    }

    private static final class Stub {
        static final long ADDRESS = address();

        @SuppressWarnings("restricted")
        private static long address() {
            try {
                MethodType type = LOGGING_FUNCTION.toMethodType();
                MemorySegment stub =
                        Linker.nativeLinker()
                                .upcallStub(
                                        MethodHandles.lookup()
                                                .findStatic(ArenaRegions.class, "log", type),
                                        LOGGING_FUNCTION,
                                        Arena.global());
                return stub.address();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("expected to find the method log", e);
            }
        }
    }

    /** Called by the runtime. Whatever is thrown here would end the process. */
    @SuppressWarnings("unused")
    private static void log(
            long parameter, int severity, long category, long logger, long place, long message) {
        try {
            if (severity >= LOG_ERRORS) {
                System.err.printf(
                        "onnxruntime: %s: %s%n", OrtApi.text(place), OrtApi.text(message));
            } else {
                note(OrtApi.text(message));
            }
        } catch (RuntimeException e) {
            System.err.println("onnxruntime: a message could not be read: " + e);
        }
    }

    /** Notes the region that {@code message} tells of, or the arena that is about to take one. */
    static void note(String message) {
        Matcher arena = EXTENDING.matcher(message);
        if (arena.find()) {
            EXTENDED.set(arena.group(1));
        }
        Matcher region = ALLOCATED.matcher(message);
        if (region.find()) {
            long from = Long.parseUnsignedLong(region.group(1), 16);
            long to = Long.parseUnsignedLong(region.group(2), 16);
            synchronized (REGIONS) {
                boolean isOnDevice = EXTENDED.get().equals(MemoryPlace.CUDA);
                (isOnDevice ? ON_DEVICES : REGIONS).add(new MemoryRange(from, to - from));
            }
        }
    }
}
