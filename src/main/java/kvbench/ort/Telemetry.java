package kvbench.ort;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Keeps ONNX Runtime from reporting to its maker.
 *
 * <p>Since 1.29 the official libraries for POSIX do so unless an environment variable says
 * otherwise. A benchmark wants no threads and no network beside what it measures; and what gathers
 * the report runs a recursive regular expression over the process's whole command line, which
 * overflows the stack of a Java thread from some 4,000 characters on and ends the process.
 *
 * <p>Source: ONNX Runtime's pull request 27379, and a core dump.
 */
final class Telemetry {
    private static final String VARIABLE = "ORT_DISABLE_TELEMETRY";

    /** {@code int setenv(const char *name, const char *value, int overwrite)}. */
    private static final FunctionDescriptor SETENV =
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT);

    private Telemetry() {}

    /**
     * Sets the variable for this process, whatever it was; Java gives those that it starts another
     * environment. To be called before the library is loaded. Does nothing on a system without
     * {@code setenv}, which is Windows.
     */
    @SuppressWarnings("restricted")
    static void disable() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> setenv = linker.defaultLookup().find("setenv");
        if (setenv.isPresent()) {
            set(linker.downcallHandle(setenv.get(), SETENV));
        }
    }

    private static void set(MethodHandle setenv) {
        try (Arena arena = Arena.ofConfined()) {
            int failed =
                    (int)
                            setenv.invokeExact(
                                    arena.allocateFrom(VARIABLE), arena.allocateFrom("1"), 1);
            if (failed != 0) {
                throw new OrtLibraryException(
                        "expected to set the environment variable %s, found that the system refuses. Set it to 1 before starting."
                                .formatted(VARIABLE));
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a call of C throws nothing", e);
        }
    }
}
