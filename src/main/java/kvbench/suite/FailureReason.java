package kvbench.suite;

import org.openjdk.jmh.runner.BenchmarkException;
import org.openjdk.jmh.runner.RunnerException;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What went wrong in a fork, or why the fork is dead. */
final class FailureReason {
    /** What JMH says of a process that ended otherwise than well. */
    private static final Pattern EXIT_CODE =
            Pattern.compile("Forked VM failed with exit code (\\d+)");

    /** Shells and Java tell a signal as an exit code beyond this one. */
    private static final int SIGNALS = 128;

    private static final Map<Integer, String> BY_SIGNAL =
            Map.of(
                    4, "SIGILL: the processor does not know an instruction",
                    6, "SIGABRT: the virtual machine gave up; hs_err_pid*.log tells why",
                    7, "SIGBUS: a mapped file was cut short, or the memory broke",
                    9, "SIGKILL: by hand, or by the kernel for want of memory",
                    11, "SIGSEGV: native code went wrong; hs_err_pid*.log tells where",
                    15, "SIGTERM: asked to end");

    private FailureReason() {}

    /** The first error that JMH wrapped, in one line; a signal by its name. */
    static String of(Throwable error) {
        String first = first(error);
        Matcher exit = EXIT_CODE.matcher(first);
        if (!exit.matches()) {
            return first;
        }
        int code = Integer.parseInt(exit.group(1));
        return "the fork died with exit code %d%s"
                .formatted(
                        code,
                        code > SIGNALS
                                ? " (%s)"
                                        .formatted(
                                                BY_SIGNAL.getOrDefault(
                                                        code - SIGNALS,
                                                        "signal " + (code - SIGNALS)))
                                : "");
    }

    private static String first(Throwable error) {
        return causes(error)
                .filter(cause -> !(cause instanceof RunnerException))
                .filter(cause -> !(cause instanceof BenchmarkException))
                .findFirst()
                .map(cause -> Optional.ofNullable(cause.getMessage()).orElse(cause.toString()))
                .orElse(error.toString())
                .strip()
                .replaceAll("\\s+", " ");
    }

    private static Stream<Throwable> causes(Throwable error) {
        return Stream.concat(
                Stream.of(error),
                Stream.concat(Stream.of(error.getSuppressed()), Stream.ofNullable(error.getCause()))
                        .flatMap(FailureReason::causes));
    }
}
