package kvbench.profile;

import kvbench.model.InputException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What JMH's {@code async} profiler is told: what the user gave, and where that is silent the
 * bundled library, an event that this machine can sample, and a flame graph.
 */
final class AsyncOptions {
    private static final String LIBRARY = "libPath";

    /** Options that say what is sampled. */
    private static final List<String> EVENTS = List.of("event", "alloc", "lock");

    private final ProfilerOptions given;

    AsyncOptions(String given) {
        this.given = new ProfilerOptions(given);
    }

    /**
     * All options for JMH.
     *
     * @param whereFilesGo an option that says so, or none
     */
    String completed(List<String> whereFilesGo) {
        whereFilesGo.forEach(AsyncOptions::requirePlainPath);
        var defaults = new ArrayList<String>();
        if (!given.has(LIBRARY)) {
            AsyncLibrary library = AsyncLibrary.get();
            String path = LIBRARY + "=" + library.path();
            requirePlainPath(path);
            defaults.add(path);
            if (!choosesEvent()) {
                defaults.add("event=" + library.event());
            }
        }
        defaults.add("output=flamegraph");
        defaults.addAll(whereFilesGo);
        return given.orElse(defaults).text();
    }

    /** Says so where the event that was chosen is not what users know. */
    Optional<String> remark() {
        return given.has(LIBRARY) || choosesEvent()
                ? Optional.empty()
                : AsyncLibrary.get().remark();
    }

    private boolean choosesEvent() {
        return EVENTS.stream().anyMatch(given::has);
    }

    /** JMH parts options at semicolons, async-profiler at commas, and reads %p as a process. */
    private static void requirePlainPath(String option) {
        if (Stream.of(";", ",", "%").anyMatch(option::contains)) {
            throw InputException.wrongUse(
                    "-prof async: expected a path without comma, semicolon and percent sign, found %s. Choose another folder for results (--out), or for the user's cache (XDG_CACHE_HOME)."
                            .formatted(option));
        }
    }
}
