package kvbench.natives;

import java.util.Map;
import java.util.Optional;

/** The signals that end a process, as its exit code tells them. */
public final class Signal {
    /** Shells and Java tell a signal as an exit code beyond this one. */
    private static final int BEYOND = 128;

    private static final Map<Integer, String> NAMES =
            Map.of(
                    4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9, "SIGKILL", 11,
                    "SIGSEGV", 15, "SIGTERM");

    private Signal() {}

    /** Name of the signal, or {@code signal N}; empty where the process ended by itself. */
    public static Optional<String> ofExitCode(int exitCode) {
        int signal = exitCode - BEYOND;
        return signal > 0
                ? Optional.of(NAMES.getOrDefault(signal, "signal " + signal))
                : Optional.empty();
    }
}
