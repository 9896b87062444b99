package kvbench.natives;

import java.util.Map;
import java.util.Optional;

/** The signals that end a process, as its exit code tells them. */
public final class Signal {
    /** Shells and Java tell a signal as an exit code beyond this one. */
    private static final int BEYOND = 128;

    /** Real-time signals of Linux included; a program may also end with a code beyond. */
    private static final int HIGHEST = 64;

    private static final Map<Integer, String> NAMES =
            Map.of(
                    4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9, "SIGKILL", 11,
                    "SIGSEGV", 15, "SIGTERM");

    private Signal() {}

    /** Name of the signal, or {@code signal N}; empty where the process ended by itself. */
    public static Optional<String> ofExitCode(int exitCode) {
        int signal = exitCode - BEYOND;
        return signal >= 1 && signal <= HIGHEST
                ? Optional.of(NAMES.getOrDefault(signal, "signal " + signal))
                : Optional.empty();
    }
}
