package kvbench.report;

import kvbench.context.RunContext;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What to beware of in several runs, each warning once, with the runs that it is of. */
final class RunWarnings {
    /** More lines than that are not read. */
    private static final int MOST = 12;

    private static final int MOST_NAMES = 3;

    private final Map<String, List<String>> runs = new LinkedHashMap<>();
    private int all;

    /** Takes in the warnings of a run. */
    RunWarnings add(String run, RunContext context) {
        all++;
        ContextLines.warnings(context)
                .forEach(
                        warning ->
                                runs.computeIfAbsent(warning, key -> new ArrayList<>()).add(run));
        return this;
    }

    /** {@code base, cand: the load was ...}; of a single run without its name. */
    List<String> lines() {
        var lines = new ArrayList<String>();
        runs.forEach((warning, of) -> lines.add(all == 1 ? warning : names(of) + ": " + warning));
        if (lines.size() <= MOST) {
            return lines;
        }
        var shortened = new ArrayList<>(lines.subList(0, MOST));
        shortened.add("and %d more, in the reports of the runs".formatted(lines.size() - MOST));
        return shortened;
    }

    private String names(List<String> of) {
        if (of.size() == all) {
            return "all runs";
        }
        String first = String.join(", ", of.subList(0, Math.min(of.size(), MOST_NAMES)));
        return of.size() > MOST_NAMES
                ? "%s and %d more".formatted(first, of.size() - MOST_NAMES)
                : first;
    }
}
