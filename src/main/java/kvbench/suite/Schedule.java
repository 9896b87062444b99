package kvbench.suite;

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
 * @param forks virtual machines started, those for warming up included
 * @param iterations of one fork, those for warming up included
 * @param timedSeconds of all iterations of one fork, or 0 where an iteration is one call, however
 *     long that takes
 */
record Schedule(int forks, int iterations, double timedSeconds) {

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
        double seconds =
                warmups
                                * seconds(
                                        first(
                                                options.getWarmupTime(),
                                                entry.getWarmupTime(),
                                                Defaults.WARMUP_TIME))
                        + measurements
                                * seconds(
                                        first(
                                                options.getMeasurementTime(),
                                                entry.getMeasurementTime(),
                                                Defaults.MEASUREMENT_TIME));
        int forks =
                first(options.getForkCount(), entry.getForks(), Defaults.MEASUREMENT_FORKS)
                        + first(
                                options.getWarmupForkCount(),
                                entry.getWarmupForks(),
                                Defaults.WARMUP_FORKS);
        return new Schedule(forks, warmups + measurements, singleShot ? 0 : seconds);
    }

    /** Iterations of all forks. */
    int allIterations() {
        // Without forks JMH runs in its own process, once.
        return Math.max(1, forks) * iterations;
    }

    private static <T> T first(Optional<T> given, Optional<T> annotated, T otherwise) {
        return given.orElse(annotated.orElse(otherwise));
    }

    private static double seconds(TimeValue time) {
        return time.convertTo(TimeUnit.MILLISECONDS) / 1e3;
    }
}
