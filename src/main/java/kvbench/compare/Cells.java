package kvbench.compare;

import kvbench.results.FailedArm;
import kvbench.results.JmhResult;
import kvbench.results.UnfinishedArm;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The results of a run, and an empty one for each arm that gave none, with the reason. */
final class Cells {
    private Cells() {}

    /**
     * @param result without samples where it failed
     * @param failure why it has none, or ""
     */
    record Cell(JmhResult result, String failure) {}

    static List<Cell> of(Side side) {
        var cells = new ArrayList<Cell>();
        side.run().results().forEach(result -> cells.add(new Cell(result, "")));
        side.run().outcomes().failed().stream()
                .filter(arm -> isWithoutResult(side, arm.withoutSamples()))
                .forEach(arm -> add(cells, arm));
        return List.copyOf(cells);
    }

    private static void add(List<Cell> cells, FailedArm arm) {
        JmhResult empty = arm.withoutSamples();
        if (cells.stream().noneMatch(cell -> cell.result().isOfSameArm(empty))) {
            cells.add(new Cell(empty, arm.reason()));
        }
    }

    /** An arm of which forks are still to come has not failed yet. */
    private static boolean isWithoutResult(Side side, JmhResult empty) {
        return Stream.concat(
                        side.run().results().stream(),
                        side.run().outcomes().unfinished().stream()
                                .map(UnfinishedArm::withoutSamples))
                .noneMatch(empty::isOfSameArm);
    }
}
