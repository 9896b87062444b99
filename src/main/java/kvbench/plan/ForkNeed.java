package kvbench.plan;

import kvbench.cache.CacheStrategy;
import kvbench.compare.ForkCount;
import kvbench.matrix.Cell;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether a run has forks enough for its report to show anything, which is known before it begins:
 * the more arms are held against the baseline, the more forks each must have.
 */
public final class ForkNeed {
    /** Benchmarks of answers, of which a report holds three latencies against the baseline's. */
    private static final Set<String> OF_ANSWERS =
            Set.of("ConversationBenchmark", "GenerationBenchmark");

    private static final int LATENCIES = 3;

    private final List<Cell> cells;
    private final Forecast forecast;

    private ForkNeed(List<Cell> cells, Forecast forecast) {
        this.cells = cells;
        this.forecast = forecast;
    }

    /** A sentence where the forks of {@code cells} cannot decide, however far apart they lie. */
    public static Optional<String> warning(List<Cell> cells, Forecast forecast) {
        var need = new ForkNeed(cells, forecast);
        return need.warning("of time", 1, cells)
                .or(
                        () ->
                                need.warning(
                                        "of latency",
                                        LATENCIES,
                                        cells.stream()
                                                .filter(
                                                        cell ->
                                                                OF_ANSWERS.contains(
                                                                        cell.benchmarkClass()))
                                                .toList()));
    }

    private Optional<String> warning(String figures, int each, List<Cell> family) {
        int comparisons = each * comparisons(family);
        int forks = family.stream().mapToInt(cell -> cell.schedule().forks()).min().orElse(0);
        if (comparisons == 0 || ForkCount.canDecide(forks, forks, comparisons)) {
            return Optional.empty();
        }
        int needed = ForkCount.needed(comparisons);
        return Optional.of(
                "%d fork%s of each arm cannot decide %d comparison%s %s, however far apart the arms lie; %d can (-f %d), which takes about %s longer"
                        .formatted(
                                forks,
                                forks == 1 ? "" : "s",
                                comparisons,
                                comparisons == 1 ? "" : "s",
                                figures,
                                needed,
                                needed,
                                Forecast.clock(longer(needed))));
    }

    /** Arms beside the baseline, where it is measured too. */
    private int comparisons(List<Cell> family) {
        Map<Map<String, String>, List<String>> strategies =
                family.stream()
                        .filter(cell -> cell.params().containsKey(Cell.STRATEGY))
                        .collect(
                                Collectors.groupingBy(
                                        Cell::comparison,
                                        Collectors.mapping(
                                                cell -> cell.param(Cell.STRATEGY),
                                                Collectors.toList())));
        String usual = CacheStrategy.DYNAMIC.toString();
        boolean hasUsual = strategies.values().stream().anyMatch(arms -> arms.contains(usual));
        return strategies.values().stream()
                .filter(arms -> !hasUsual || arms.contains(usual))
                .mapToInt(arms -> arms.size() - 1)
                .sum();
    }

    private Duration longer(int needed) {
        return forecast.remaining(
                cells.stream()
                        .map(
                                cell ->
                                        Collections.nCopies(
                                                Math.max(0, needed - cell.schedule().forks()),
                                                cell))
                        .flatMap(Collection::stream)
                        .toList());
    }
}
