package kvbench.suite;

import org.openjdk.jmh.runner.BenchmarkException;
import org.openjdk.jmh.runner.RunnerException;

import java.util.Optional;
import java.util.stream.Stream;

/** What went wrong in a fork, or why the fork is dead. */
final class FailureReason {
    private FailureReason() {}

    /** The first error that JMH wrapped, in one line. */
    static String of(Throwable error) {
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
