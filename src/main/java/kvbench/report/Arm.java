package kvbench.report;

import kvbench.results.FailedArm;
import kvbench.results.JmhResult;
import kvbench.results.Metric;
import kvbench.results.Units;
import kvbench.stats.Estimate;
import kvbench.stats.Statistics;

import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * The figures of one result, in seconds and bytes, each missing one explained in the notes.
 *
 * @param result what JMH wrote
 * @param label what tells it from the other rows of its table
 * @param notes where reasons go
 */
record Arm(JmhResult result, String label, Notes notes) {

    /** What JMH itself timed: median of the forks, in seconds. */
    Estimate primarySeconds() {
        return seconds(result.primary(), "the score");
    }

    /** Median of the forks of secondary metric {@code name}, in seconds. */
    Estimate seconds(String name) {
        return measured(name).map(metric -> seconds(metric, name)).orElse(Estimate.NONE);
    }

    private Estimate seconds(Metric metric, String name) {
        return Statistics.ofForks(
                converted(metric, name, Units.toSeconds(metric.unit()), "a time"));
    }

    /** Median of the forks of secondary metric {@code name}, as it stands. */
    Estimate plain(String name) {
        return measured(name)
                .map(metric -> Statistics.ofForks(samples(metric, name)))
                .orElse(Estimate.NONE);
    }

    /** The most bytes that any iteration saw. Bytes are counted, so a spread is noted. */
    double mostBytes(String name) {
        Optional<Metric> metric = measured(name);
        if (metric.isEmpty()) {
            return Double.NaN;
        }
        var bytes =
                finite(converted(metric.get(), name, Units.toBytes(metric.get().unit()), "bytes"))
                        .summaryStatistics();
        if (bytes.getCount() == 0) {
            return Double.NaN;
        }
        if (bytes.getMin() != bytes.getMax()) {
            notes.add(
                    "%s is a count and should not vary, but does (the most is shown)"
                            .formatted(name),
                    "%s (%.0f to %.0f B)".formatted(label, bytes.getMin(), bytes.getMax()));
        }
        return bytes.getMax();
    }

    /**
     * A count in all over a time in all, per second: never a mean of ratios, in which short
     * iterations would weigh as much as long ones.
     */
    double perSecond(String count, String time) {
        Optional<Metric> counts = measured(count);
        Optional<Metric> times = measured(time);
        if (counts.isEmpty() || times.isEmpty()) {
            return Double.NaN;
        }
        return ratioOfTotals(
                samples(counts.get(), count),
                converted(times.get(), time, Units.toSeconds(times.get().unit()), "a time"));
    }

    /** {@code amount} per iteration over the time in all of what JMH timed, per second. */
    double perSecondOfScore(double amount) {
        List<List<Double>> seconds =
                converted(
                        result.primary(),
                        "the score",
                        Units.toSeconds(result.primary().unit()),
                        "a time");
        return ratioOfTotals(eachSample(seconds, sample -> amount), seconds);
    }

    /**
     * Turns that ended well over turns in all, over all iterations; those of forks that died count
     * too, whether they were measured before or never begun.
     */
    double successRate(String ok, String failed, List<FailedArm> died) {
        Optional<Metric> successes = measured(ok);
        Optional<Metric> failures = measured(failed);
        if (!result.isEmpty() && (successes.isEmpty() || failures.isEmpty())) {
            return Double.NaN;
        }
        double succeeded =
                successes.map(metric -> total(samples(metric, ok))).orElse(0.0)
                        + died.stream().mapToInt(FailedArm::succeededTurns).sum();
        double all =
                succeeded
                        + failures.map(metric -> total(samples(metric, failed))).orElse(0.0)
                        + died.stream().mapToInt(FailedArm::lostTurns).sum();
        if (all == 0) {
            notes.add("n/a, since no turn was counted", label);
        }
        return succeeded / all;
    }

    /** Those of {@code failed} that are forks of this arm. */
    List<FailedArm> forksAmong(List<FailedArm> failed) {
        return failed.stream()
                .filter(fork -> fork.benchmark().equals(result.benchmark()))
                .filter(fork -> fork.params().equals(result.params()))
                .toList();
    }

    /** Mean over all iterations of secondary metric {@code name}; NaN where it was not measured. */
    double mean(String name) {
        return result.secondary(name)
                .map(metric -> finite(metric.samples()).average().orElse(Double.NaN))
                .orElse(Double.NaN);
    }

    private Optional<Metric> measured(String name) {
        Optional<Metric> metric = result.secondary(name);
        if (metric.isEmpty()) {
            notes.add(
                    result.isEmpty()
                            ? "n/a, since every fork failed, for the reasons in the last table"
                            : "n/a, since %s was not measured".formatted(name),
                    label);
        }
        return metric;
    }

    private List<List<Double>> samples(Metric metric, String name) {
        return converted(metric, name, DoubleUnaryOperator.identity(), "a number");
    }

    /** The samples of {@code metric} in another unit, with a note of those that are no numbers. */
    private List<List<Double>> converted(
            Metric metric, String name, DoubleUnaryOperator unit, String expected) {
        List<List<Double>> samples = eachSample(metric.samples(), unit::applyAsDouble);
        long all = samples.stream().mapToInt(List::size).sum();
        long finite = finite(samples).count();
        if (Double.isNaN(unit.applyAsDouble(1))) {
            notes.add(
                    "n/a, since the unit of %s is \"%s\" and not %s"
                            .formatted(name, metric.unit(), expected),
                    label);
        } else if (all == 0) {
            notes.add("n/a, since %s has no samples".formatted(name), label);
        } else if (finite < all) {
            notes.add(
                    "%s is no number in some iterations, which are left out".formatted(name),
                    "%s (%d of %d)".formatted(label, all - finite, all));
        }
        return samples;
    }

    private static List<List<Double>> eachSample(
            List<List<Double>> samples, Function<Double, Double> change) {
        return samples.stream().map(fork -> fork.stream().map(change).toList()).toList();
    }

    private static double total(List<List<Double>> samples) {
        return finite(samples).sum();
    }

    private static DoubleStream finite(List<List<Double>> samples) {
        return samples.stream()
                .flatMap(List::stream)
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite);
    }

    /** Sum over sum, of the iterations where both are numbers. */
    private double ratioOfTotals(List<List<Double>> numerators, List<List<Double>> denominators) {
        List<Integer> shape = numerators.stream().map(List::size).toList();
        if (!shape.equals(denominators.stream().map(List::size).toList())) {
            notes.add("n/a, since tokens and time have different numbers of samples", label);
            return Double.NaN;
        }
        double above = 0;
        double below = 0;
        for (int fork = 0; fork < numerators.size(); fork++) {
            for (int iteration = 0; iteration < numerators.get(fork).size(); iteration++) {
                double numerator = numerators.get(fork).get(iteration);
                double denominator = denominators.get(fork).get(iteration);
                if (Double.isFinite(numerator) && Double.isFinite(denominator)) {
                    above += numerator;
                    below += denominator;
                }
            }
        }
        return above / below;
    }
}
