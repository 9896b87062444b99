package kvbench.compare;

import kvbench.context.Plan;
import kvbench.results.FailedArm;
import kvbench.results.JmhResult;
import kvbench.results.UnfinishedArm;
import kvbench.results.VetoedArm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The results of a run, and an empty one for each arm that gave none, with the reason. */
final class Cells {
    private Cells() {}

    /**
     * @param result without samples where there is none
     * @param failure why every fork of it failed, or ""
     * @param absence why it has no result although it did not fail, or ""
     * @param loss which of its forks are missing beside those that gave a result
     */
    record Cell(JmhResult result, String failure, String absence, Loss loss) {
        boolean isEmpty() {
            return !failure.isEmpty() || !absence.isEmpty();
        }
    }

    /**
     * Forks that failed or are still to be run.
     *
     * @param words how many, of how many and why, or ""
     */
    record Loss(int forks, String words) {
        static final Loss NONE = new Loss(0, "");
    }

    static List<Cell> of(Side side) {
        var cells = new ArrayList<Cell>();
        side.run()
                .results()
                .forEach(result -> cells.add(new Cell(result, "", "", loss(side, result))));
        // An arm of which forks are still to come has not failed yet.
        for (UnfinishedArm arm : side.run().outcomes().unfinished()) {
            add(cells, new Cell(arm.withoutSamples(), "", arm.reason(), Loss.NONE));
        }
        for (FailedArm arm : side.run().outcomes().failed()) {
            add(cells, new Cell(arm.withoutSamples(), arm.reason(), "", Loss.NONE));
        }
        for (VetoedArm arm : side.run().outcomes().vetoed()) {
            JmhResult empty = JmhResult.withoutSamples(arm.benchmark(), arm.params());
            add(cells, new Cell(empty, "", "left out: " + arm.reason(), Loss.NONE));
        }
        return List.copyOf(cells);
    }

    private static void add(List<Cell> cells, Cell empty) {
        if (cells.stream().noneMatch(cell -> cell.result().isOfSameArm(empty.result()))) {
            cells.add(empty);
        }
    }

    /** {@code 1 of 6 forks failed: out of memory; 2 of 6 forks are still to be run}. */
    private static Loss loss(Side side, JmhResult result) {
        Map<Integer, String> failed =
                side.run().outcomes().failed().stream()
                        .filter(arm -> arm.withoutSamples().isOfSameArm(result))
                        .collect(
                                Collectors.toMap(
                                        FailedArm::fork,
                                        FailedArm::reason,
                                        (first, second) -> first));
        Optional<UnfinishedArm> unfinished =
                side.run().outcomes().unfinished().stream()
                        .filter(arm -> arm.withoutSamples().isOfSameArm(result))
                        .findFirst();
        var words = new ArrayList<String>();
        if (!failed.isEmpty()) {
            words.add(
                    "%d of %d forks failed: %s"
                            .formatted(
                                    failed.size(),
                                    forks(side, result, failed.size()),
                                    failed.values().stream()
                                            .distinct()
                                            .collect(Collectors.joining("; "))));
        }
        unfinished.map(UnfinishedArm::reason).ifPresent(words::add);
        return new Loss(
                failed.size() + unfinished.map(UnfinishedArm::missing).orElse(0),
                String.join("; ", words));
    }

    private static int forks(Side side, JmhResult result, int failed) {
        return side.run().context().stream()
                .flatMap(context -> context.plan().arms().stream())
                .filter(arm -> arm.benchmark().equals(result.benchmark()))
                .filter(arm -> arm.params().equals(result.params()))
                .mapToInt(Plan.Arm::forks)
                .findFirst()
                .orElse(result.primary().samples().size() + failed);
    }
}
