package kvbench.compare;

import kvbench.model.InputException;
import kvbench.results.JmhResult;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which results take part: those whose benchmark has one of the words in its name, and whose
 * parameters have one of the values named for each.
 */
public record Filter(Set<String> benchmarks, Map<String, Set<String>> values) {
    /** All results. */
    public static final Filter ALL = new Filter(Set.of(), Map.of());

    /**
     * Reads {@code DecodeStep} (part of a benchmark's name, in any case) and {@code
     * strategy=static,dynamic}.
     *
     * @throws InputException if a word is empty or a parameter has no value
     */
    public static Filter of(List<String> words) {
        var benchmarks = new TreeSet<String>();
        var values = new TreeMap<String, Set<String>>();
        for (String word : words) {
            String[] parts = word.split("=", 2);
            if (parts[0].isBlank() || (parts.length == 2 && parts[1].isBlank())) {
                throw InputException.wrongUse(
                        "--filter: expected part of a benchmark's name or PARAMETER=VALUE[,VALUE...], found \"%s\"."
                                .formatted(word));
            }
            if (parts.length == 1) {
                benchmarks.add(word.toLowerCase(Locale.ROOT));
            } else {
                values.computeIfAbsent(parts[0], name -> new TreeSet<>())
                        .addAll(List.of(parts[1].split(",")));
            }
        }
        return new Filter(benchmarks, values);
    }

    /** Whether {@code result} takes part. */
    public boolean takes(JmhResult result) {
        String name = result.shortName().toLowerCase(Locale.ROOT);
        return (benchmarks.isEmpty() || benchmarks.stream().anyMatch(name::contains))
                && values.entrySet().stream()
                        .allMatch(
                                value ->
                                        result.param(value.getKey())
                                                .filter(value.getValue()::contains)
                                                .isPresent());
    }
}
