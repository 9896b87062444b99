package kvbench.memory;

import java.util.HashMap;
import java.util.Map;

/**
 * The most bytes that an arena had handed out at once while some work ran.
 *
 * <p>The runtime keeps one such figure for the session's life. It is the work's own where the work
 * raised it. Where it did not, the work's own lies hidden below an earlier, higher one: then the
 * figure of an earlier run of the same work that did raise it stands for this one, since the same
 * work asks for the same memory; and where there was none, there is no figure.
 */
public final class ArenaPeaks {
    /** Why there is no figure where there is none. */
    static final String HIDDEN = "hidden below an earlier and higher peak";

    private final Map<String, Long> firstByWork = new HashMap<>();

    /**
     * The peak of work that ran between two readings.
     *
     * @param work its name: equal for equal work
     */
    public Figure during(String work, ArenaUse before, ArenaUse after) {
        if (after.mostInUse() > before.mostInUse()) {
            firstByWork.putIfAbsent(work, after.mostInUse());
            return Figure.of(after.mostInUse());
        }
        if (firstByWork.containsKey(work)) {
            return Figure.of(firstByWork.get(work));
        }
        return Figure.unknown(HIDDEN);
    }
}
