package kvbench.compare;

import kvbench.model.InputException;
import kvbench.results.JmhResult;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
                benchmarks.add(word);
            } else {
                values.computeIfAbsent(parts[0], name -> new TreeSet<>())
                        .addAll(List.of(parts[1].split(",")));
            }
        }
        return new Filter(benchmarks, values);
    }

    /** Each of its words and values, as a filter of its own. */
    private Stream<Filter> parts() {
        return Stream.concat(
                benchmarks.stream().map(word -> new Filter(Set.of(word), Map.of())),
                values.entrySet().stream()
                        .flatMap(
                                named ->
                                        named.getValue().stream()
                                                .map(
                                                        value ->
                                                                new Filter(
                                                                        Set.of(),
                                                                        Map.of(
                                                                                named.getKey(),
                                                                                Set.of(value))))));
    }

    /** Those of its words and values that no result of any side has: slips of the pen. */
    public List<String> unmatched(List<Side> sides) {
        List<JmhResult> results =
                sides.stream()
                        .flatMap(side -> Cells.of(side).stream())
                        .map(Cells.Cell::result)
                        .toList();
        return parts().filter(part -> results.stream().noneMatch(part::takes))
                .map(Filter::toString)
                .toList();
    }

    /** Whether {@code result} takes part. */
    public boolean takes(JmhResult result) {
        String name = result.shortName().toLowerCase(Locale.ROOT);
        return (benchmarks.isEmpty()
                        || benchmarks.stream()
                                .map(word -> word.toLowerCase(Locale.ROOT))
                                .anyMatch(name::contains))
                && values.entrySet().stream()
                        .allMatch(
                                value ->
                                        result.param(value.getKey())
                                                .filter(value.getValue()::contains)
                                                .isPresent());
    }

    /** {@code decodestep strategy=dynamic,static}. */
    @Override
    public String toString() {
        return Stream.concat(
                        benchmarks.stream(),
                        values.entrySet().stream()
                                .map(
                                        named ->
                                                named.getKey()
                                                        + "="
                                                        + named.getValue().stream()
                                                                .sorted()
                                                                .collect(Collectors.joining(","))))
                .collect(Collectors.joining(" "));
    }
}
