package kvbench.matrix;

import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Optional;

import java.util.concurrent.TimeUnit;

/**
 * How often and how long JMH runs a cell: what the command line says, else the benchmark's
 * annotations, else JMH's defaults.
 *
 * @param forks virtual machines whose figures count
 * @param warmups iterations of one fork that do not count
 * @param measurements iterations of one fork that do
 * @param timedSeconds of all iterations of one fork, or 0 where an iteration is one call, however
 *     long that takes
 */
public record Schedule(int forks, int warmups, int measurements, double timedSeconds) {

    static Schedule of(BenchmarkListEntry entry, Options options) {
        boolean singleShot = entry.getMode() == Mode.SingleShotTime;
        int warmups =
                first(
                        options.getWarmupIterations(),
                        entry.getWarmupIterations(),
                        singleShot
                                ? Defaults.WARMUP_ITERATIONS_SINGLESHOT
                                : Defaults.WARMUP_ITERATIONS);
        int measurements =
                first(
                        options.getMeasurementIterations(),
                        entry.getMeasurementIterations(),
                        singleShot
                                ? Defaults.MEASUREMENT_ITERATIONS_SINGLESHOT
                                : Defaults.MEASUREMENT_ITERATIONS);
        long millis =
                warmups
                                * millis(
                                        first(
                                                options.getWarmupTime(),
                                                entry.getWarmupTime(),
                                                Defaults.WARMUP_TIME))
                        + measurements
                                * millis(
                                        first(
                                                options.getMeasurementTime(),
                                                entry.getMeasurementTime(),
                                                Defaults.MEASUREMENT_TIME));
        return new Schedule(
                first(options.getForkCount(), entry.getForks(), Defaults.MEASUREMENT_FORKS),
                warmups,
                measurements,
                singleShot ? 0 : millis / 1e3);
    }

    /** Iterations of one fork. */
    public int iterations() {
        return warmups + measurements;
    }

    private static <T> T first(Optional<T> given, Optional<T> annotated, T otherwise) {
        return given.orElse(annotated.orElse(otherwise));
    }

    private static long millis(TimeValue time) {
        return time.convertTo(TimeUnit.MILLISECONDS);
    }
}
