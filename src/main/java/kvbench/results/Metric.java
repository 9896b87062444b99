package kvbench.results;

import java.util.List;

/**
 * One quantity of a result with all its samples.
 *
 * <p>A sample is one iteration; for sample-time benchmarks it is the mean of that iteration's
 * histogram. A sample that could not be measured is NaN.
 *
 * @param unit as JMH writes it: {@code ms/op}, {@code B}, {@code #}, ...
 * @param samples for each fork its iterations in order: [fork][iteration]
 */
public record Metric(String unit, List<List<Double>> samples) {
    public Metric {
        samples = samples.stream().map(List::copyOf).toList();
    }
}
