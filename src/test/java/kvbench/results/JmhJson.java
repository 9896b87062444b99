package kvbench.results;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes one result as JMH would, with only what a test cares for. */
public final class JmhJson {
    private final String benchmark;
    private final String mode;
    private final Map<String, String> params = new TreeMap<>();
    private final Map<String, String> secondary = new TreeMap<>();
    private String primary = metric("ms/op", "[[1.0]]");

    public JmhJson(String benchmark, String mode) {
        this.benchmark = benchmark;
        this.mode = mode;
    }

    public JmhJson param(String name, Object value) {
        params.put(name, value.toString());
        return this;
    }

    public JmhJson primary(String unit, String rawData) {
        primary = metric(unit, rawData);
        return this;
    }

    public JmhJson secondary(String name, String unit, String rawData) {
        secondary.put(name, metric(unit, rawData));
        return this;
    }

    /** The file that holds these results. */
    public static String file(JmhJson... results) {
        return List.of(results).stream()
                .map(JmhJson::toString)
                .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    private static String metric(String unit, String rawData) {
        return "{ \"score\" : \"NaN\", \"scoreError\" : \"NaN\", \"scoreUnit\" : \"%s\", \"rawData\" : %s }"
                .formatted(unit, rawData);
    }

    @Override
    public String toString() {
        return """
        { "jmhVersion" : "1.37", "benchmark" : "%s", "mode" : "%s", "threads" : 1, "forks" : 1,
          "params" : { %s },
          "primaryMetric" : %s,
          "secondaryMetrics" : { %s } }\
        """
                .formatted(
                        benchmark,
                        mode,
                        fields(params, "\"%s\" : \"%s\""),
                        primary,
                        fields(secondary, "\"%s\" : %s"));
    }

    private static String fields(Map<String, String> values, String pattern) {
        return values.entrySet().stream()
                .map(field -> pattern.formatted(field.getKey(), field.getValue()))
                .collect(Collectors.joining(", "));
    }
}
