package kvbench.matrix;

import kvbench.natives.Signal;

import org.openjdk.jmh.runner.BenchmarkException;
import org.openjdk.jmh.runner.RunnerException;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What went wrong in a fork, or why the fork is dead. */
public final class FailureReason {
    /** What JMH says of a process that ended otherwise than well. */
    private static final Pattern EXIT_CODE =
            Pattern.compile("Forked VM failed with exit code (\\d+)");

    private static final Map<String, String> MEANINGS =
            Map.of(
                    "SIGILL", ": the processor does not know an instruction",
                    "SIGABRT", ": the virtual machine gave up",
                    "SIGBUS", ": a mapped file was cut short, or the memory broke",
                    "SIGKILL", ": by hand, or by the kernel for want of memory",
                    "SIGSEGV", ": native code went wrong",
                    "SIGTERM", ": asked to end");

    private FailureReason() {}

    /** The first error that JMH wrapped, in one line; a signal by its name. */
    public static String of(Throwable error) {
        String first = first(error);
        Matcher exit = EXIT_CODE.matcher(first);
        if (!exit.matches()) {
            return first;
        }
        int code = Integer.parseInt(exit.group(1));
        return "the fork died with exit code "
                + code
                + Signal.ofExitCode(code)
                        .map(name -> " (%s%s)".formatted(name, MEANINGS.getOrDefault(name, "")))
                        .orElse("");
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
