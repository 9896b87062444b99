package kvbench.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Comparisons of which some run did not measure all arms: these were not measured in turn, and what
 * drifted between the runs hit them differently.
 */
final class SpreadComparisons {
    private SpreadComparisons() {}

    /** A warning for each, with the runs that each of its arms comes from. */
    static List<String> of(List<RunFolder> runs) {
        var warnings = new ArrayList<String>();
        var comparisons = new LinkedHashSet<PlannedCell>(); // an arm of each
        for (RunFolder run : runs) {
            for (PlannedCell cell : run.plan().cells()) {
                if (comparisons.stream().noneMatch(cell::isComparedWith)) {
                    comparisons.add(cell);
                }
            }
        }
        for (PlannedCell one : comparisons) {
            Map<String, Set<String>> sources = sources(one, runs);
            if (Set.copyOf(sources.values()).size() > 1) {
                warnings.add(warning(one, sources));
            }
        }
        return warnings;
    }

    /** The runs in which each arm of a comparison was to be measured. */
    private static Map<String, Set<String>> sources(PlannedCell one, List<RunFolder> runs) {
        var sources = new LinkedHashMap<String, Set<String>>();
        for (RunFolder run : runs) {
            run.plan().cells().stream()
                    .filter(one::isComparedWith)
                    .forEach(
                            arm ->
                                    sources.computeIfAbsent(
                                                    arm.strategy(), key -> new LinkedHashSet<>())
                                            .add(run.path().toString()));
        }
        return sources;
    }

    private static String warning(PlannedCell one, Map<String, Set<String>> sources) {
        return "%s %s: its arms are not all of the same runs, so that what differs between the runs may pass for a difference of strategies: %s"
                .formatted(
                        one.benchmark(),
                        one.commonParams(),
                        sources.entrySet().stream()
                                .map(
                                        arm ->
                                                "%s of %s"
                                                        .formatted(
                                                                arm.getKey(),
                                                                String.join(
                                                                        " and ", arm.getValue())))
                                .collect(Collectors.joining(", ")));
    }
}
