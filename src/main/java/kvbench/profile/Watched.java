package kvbench.profile;

import kvbench.memory.ArenaUse;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the benchmark that runs in this process lets the profilers {@code ortalloc} and {@code kv}
 * see of an iteration: its arena before and after, and its caches. JMH sets a benchmark up within
 * the first iteration that a profiler sees, and tears it down within the last, so that a profiler
 * cannot look for itself. Thread-safe.
 */
public final class Watched {
    private static final List<KvUse> CACHES = new ArrayList<>();
    private static Optional<ArenaUse> before = Optional.empty();
    private static Optional<ArenaUse> after = Optional.empty();

    private Watched() {}

    /** The work of an iteration begins. */
    public static synchronized void arenaBefore(Optional<ArenaUse> use) {
        before = use;
    }

    /** The work of an iteration has ended. */
    public static synchronized void arenaAfter(Optional<ArenaUse> use) {
        after = use;
    }

    /** Tells of a cache, once for each cache and iteration. */
    public static synchronized void cache(KvUse use) {
        CACHES.add(use);
    }

    /** The arena at both ends of the iteration, or empty where there is none. */
    record ArenaUses(ArenaUse before, ArenaUse after) {}

    static synchronized Optional<ArenaUses> drainArena() {
        Optional<ArenaUses> uses =
                before.flatMap(begin -> after.map(end -> new ArenaUses(begin, end)));
        before = Optional.empty();
        after = Optional.empty();
        return uses;
    }

    static synchronized List<KvUse> drainCaches() {
        var told = List.copyOf(CACHES);
        CACHES.clear();
        return told;
    }
}
