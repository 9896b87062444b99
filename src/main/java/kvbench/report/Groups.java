package kvbench.report;

import kvbench.results.JmhResult;
import kvbench.table.Format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Parts results into those that belong into one table: equal in all but the table's own axes. */
final class Groups {
    static final String STRATEGY = "strategy";

    /** Parameters that a heading names first; the others follow by name. */
    private static final List<String> FIRST_PARAMS =
            List.of(
                    "model",
                    "provider",
                    "scenario",
                    "tokenBudget",
                    "history",
                    "scope",
                    "threads",
                    "dtype",
                    "sampling",
                    "allocator");

    private Groups() {}

    /**
     * Results by the heading of their table, in the order in which the headings come up.
     *
     * @param axes parameters that the table spreads over its rows and columns
     */
    static Map<String, List<JmhResult>> byHeading(List<JmhResult> results, Set<String> axes) {
        var groups = new LinkedHashMap<String, List<JmhResult>>();
        for (JmhResult result : results) {
            groups.computeIfAbsent(heading(result, axes), key -> new ArrayList<>()).add(result);
        }
        return groups;
    }

    private static String heading(JmhResult result, Set<String> axes) {
        String name = "%s (%s)".formatted(result.shortName(), result.mode());
        List<String> fixed = fixed(result, axes);
        return fixed.isEmpty() ? name : name + ": " + String.join(" ", fixed);
    }

    private static List<String> fixed(JmhResult result, Set<String> axes) {
        Map<String, String> params = JmhResult.chosen(result.params());
        var names = new ArrayList<>(FIRST_PARAMS);
        names.retainAll(params.keySet());
        var others = new TreeSet<>(params.keySet());
        others.removeAll(FIRST_PARAMS);
        names.addAll(others);
        names.removeAll(axes);
        var words = new ArrayList<String>();
        names.forEach(name -> words.add(name + "=" + params.get(name)));
        if (result.threads() > 1) {
            words.add("(%d JMH threads)".formatted(result.threads()));
        }
        return words;
    }

    /** All parameters of an arm: {@code depth=64 strategy=none}. */
    static String words(Map<String, String> params) {
        return String.join(
                " ",
                new TreeMap<>(JmhResult.chosen(params))
                        .entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    }

    /** The value of {@code param}, or what stands for one that is not there. */
    static String value(JmhResult result, String param) {
        return result.param(param).orElse(Format.NOT_AVAILABLE);
    }

    static String strategy(JmhResult result) {
        return value(result, STRATEGY);
    }
}
