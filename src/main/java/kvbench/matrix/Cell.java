package kvbench.matrix;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One benchmark with one value for each of its parameters.
 *
 * @param benchmark full name of the method
 * @param params value of each parameter, those that change slowest first
 * @param schedule how often and how long JMH runs it
 */
public record Cell(String benchmark, Map<String, String> params, Schedule schedule) {
    /** The parameter that tells the arms of a comparison apart. */
    public static final String STRATEGY = "strategy";

    public Cell {
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    }

    /** Simple name of the class. */
    public String benchmarkClass() {
        String className = benchmark.substring(0, benchmark.lastIndexOf('.'));
        return className.substring(className.lastIndexOf('.') + 1);
    }

    /** Whether it measures how fast a device copies, for which no model and no thread is needed. */
    public boolean copiesOnDevice() {
        return benchmarkClass().equals("DeviceBandwidthBenchmark");
    }

    /**
     * What the cells that are compared with each other have in common: benchmark and parameters,
     * but for the strategy.
     */
    public Map<String, String> comparison() {
        Map<String, String> common = identity();
        common.remove(STRATEGY);
        return common;
    }

    /** What no two cells of a matrix have in common: benchmark and parameters. */
    Map<String, String> identity() {
        var identity = new LinkedHashMap<>(params);
        identity.put("", benchmark);
        return identity;
    }

    /** The same cell with another value of one parameter. */
    Cell with(String name, String value) {
        var changed = new LinkedHashMap<>(params);
        changed.put(name, value);
        return new Cell(benchmark, changed, schedule);
    }

    /** Turns that one fork measures, or 0 where the benchmark has none. */
    public int measuredTurns() {
        return switch (benchmarkClass()) {
            case "ConversationBenchmark" ->
                    schedule.measurements() * Integer.parseInt(param("turns"));
            case "GenerationBenchmark" -> schedule.measurements();
            default -> 0;
        };
    }

    public String param(String name) {
        return params.get(name);
    }

    /** {@code Benchmark name=value ...}, with those parameters that {@code interesting} holds. */
    public String title(Set<String> interesting) {
        return benchmarkClass()
                + params.entrySet().stream()
                        .filter(param -> interesting.contains(param.getKey()))
                        .map(param -> " " + param.getKey() + "=" + param.getValue())
                        .collect(Collectors.joining());
    }
}
