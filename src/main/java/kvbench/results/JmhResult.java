package kvbench.results;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One benchmark under one set of parameters, as JMH's JSON gives it.
 *
 * @param benchmark full name: package, class and method
 * @param mode JMH's short name: {@code ss}, {@code avgt}, {@code thrpt}, {@code sample}
 * @param threads threads that JMH ran the benchmark on
 * @param jvm what its forks ran on
 * @param params values by the name of the parameter, in the file's order
 * @param primary what JMH timed
 * @param secondary what counters and profilers added, by name, without the dot that older JMH set
 *     before a profiler's
 */
public record JmhResult(
        String benchmark,
        String mode,
        int threads,
        ForkJvm jvm,
        Map<String, String> params,
        Metric primary,
        Map<String, Metric> secondary) {
    /** Parameters that older versions did not have, and what these did. */
    private static final Map<String, String> CHOICES =
            Map.of("dtype", "auto", "sampling", "auto", "allocator", "auto", "scope", "turn");

    public JmhResult {
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
        secondary = Collections.unmodifiableMap(new LinkedHashMap<>(secondary));
    }

    /** The benchmark's class without its package. */
    public String className() {
        String[] names = benchmark.split("\\.");
        return names.length < 2 ? benchmark : names[names.length - 2];
    }

    /** Class and method without the package. */
    public String shortName() {
        String[] names = benchmark.split("\\.");
        return names.length < 2 ? benchmark : className() + "." + names[names.length - 1];
    }

    /** A result in which nothing was measured, of a benchmark of whole answers. */
    public static JmhResult withoutSamples(String benchmark, Map<String, String> params) {
        return new JmhResult(
                benchmark,
                "ss",
                1,
                ForkJvm.UNKNOWN,
                params,
                new Metric("s/op", List.of()),
                Map.of());
    }

    /** The same benchmark and parameters, without what was measured. */
    public JmhResult withoutFigures() {
        return new JmhResult(
                benchmark,
                mode,
                threads,
                jvm,
                params,
                new Metric(primary.unit(), List.of()),
                Map.of());
    }

    /**
     * {@code params} without those that older versions did not have and that choose what these did:
     * an arm without the parameter is the same arm.
     */
    public static Map<String, String> chosen(Map<String, String> params) {
        var chosen = new TreeMap<>(params);
        CHOICES.forEach(
                (name, before) -> {
                    chosen.remove(name, before);
                    chosen.remove(name, "");
                });
        return chosen;
    }

    /** Whether {@code other} is the same benchmark with the same parameters. */
    public boolean isOfSameArm(JmhResult other) {
        return benchmark.equals(other.benchmark) && params.equals(other.params);
    }

    /** Whether nothing was measured: every fork failed. */
    public boolean isEmpty() {
        return primary.samples().isEmpty();
    }

    /** The value of parameter {@code name}, or empty where the benchmark has no such parameter. */
    public Optional<String> param(String name) {
        return Optional.ofNullable(params.get(name));
    }

    /** The secondary metric {@code name}, or empty where it was not measured. */
    public Optional<Metric> secondary(String name) {
        return Optional.ofNullable(secondary.get(name));
    }
}
