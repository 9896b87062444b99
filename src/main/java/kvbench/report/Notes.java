package kvbench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a reader of one table must know, each reason once with the arms that it holds for. */
final class Notes {
    private final Map<String, Set<String>> armsByReason = new LinkedHashMap<>();

    void add(String reason, String arm) {
        armsByReason.computeIfAbsent(reason, key -> new LinkedHashSet<>()).add(arm);
    }

    /**
     * {@code reason: arm; arm}, in the order the reasons came up.
     *
     * @param all the labels of all arms, which are not named one by one
     */
    List<String> lines(Set<String> all) {
        var lines = new ArrayList<String>();
        armsByReason.forEach(
                (reason, arms) ->
                        lines.add(
                                "%s: %s"
                                        .formatted(
                                                reason,
                                                all.size() > 1 && arms.equals(all)
                                                        ? "every row"
                                                        : String.join("; ", arms))));
        return lines;
    }
}
