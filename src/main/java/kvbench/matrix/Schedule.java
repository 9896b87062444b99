package kvbench.matrix;

import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Optional;

import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * How often and how long JMH runs a cell: what the command line says, else the suite's set of
 * options, else the benchmark's annotations, else JMH's defaults.
 *
 * @param forks virtual machines whose figures count
 * @param warmups iterations of one fork that do not count
 * @param measurements iterations of one fork that do
 * @param warmupTime of each iteration that does not count, or {@link TimeValue#NONE} where an
 *     iteration is one call, however long that takes
 * @param measurementTime of each iteration that does, or none likewise
 */
public record Schedule(
        int forks, int warmups, int measurements, TimeValue warmupTime, TimeValue measurementTime) {

    /**
     * The schedule of a benchmark.
     *
     * @param given the options of the command line
     * @param set those that hold where the command line says nothing
     */
    static Schedule of(BenchmarkListEntry entry, Options given, Options set) {
        boolean singleShot = entry.getMode() == Mode.SingleShotTime;
        int warmups =
                first(
                        given,
                        set,
                        Options::getWarmupIterations,
                        entry.getWarmupIterations(),
                        singleShot
                                ? Defaults.WARMUP_ITERATIONS_SINGLESHOT
                                : Defaults.WARMUP_ITERATIONS);
        int measurements =
                first(
                        given,
                        set,
                        Options::getMeasurementIterations,
                        entry.getMeasurementIterations(),
                        singleShot
                                ? Defaults.MEASUREMENT_ITERATIONS_SINGLESHOT
                                : Defaults.MEASUREMENT_ITERATIONS);
        TimeValue warmupTime =
                first(
                        given,
                        set,
                        Options::getWarmupTime,
                        entry.getWarmupTime(),
                        Defaults.WARMUP_TIME);
        TimeValue measurementTime =
                first(
                        given,
                        set,
                        Options::getMeasurementTime,
                        entry.getMeasurementTime(),
                        Defaults.MEASUREMENT_TIME);
        return new Schedule(
                first(
                        given,
                        set,
                        Options::getForkCount,
                        entry.getForks(),
                        Defaults.MEASUREMENT_FORKS),
                warmups,
                measurements,
                singleShot ? TimeValue.NONE : warmupTime,
                singleShot ? TimeValue.NONE : measurementTime);
    }

    /** Iterations of one fork. */
    public int iterations() {
        return warmups + measurements;
    }

    /**
     * Whether an iteration lasts a given time, in which the benchmark is called again and again.
     */
    public boolean isTimed() {
        return !measurementTime.equals(TimeValue.NONE);
    }

    /** Of all iterations of one fork, or 0 where they are not timed. */
    public double timedSeconds() {
        return (warmups * millis(warmupTime) + measurements * millis(measurementTime)) / 1e3;
    }

    private static <T> T first(
            Options given,
            Options set,
            Function<Options, Optional<T>> option,
            Optional<T> annotated,
            T otherwise) {
        return option.apply(given).orElse(option.apply(set).orElse(annotated.orElse(otherwise)));
    }

    private static long millis(TimeValue time) {
        return time.convertTo(TimeUnit.MILLISECONDS);
    }
}
