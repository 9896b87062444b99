package kvbench.report;

import kvbench.compare.Order;
import kvbench.results.TurnRow;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Picks the turns that are shown one by one. */
final class Conversations {
    private static final String BENCHMARK = "ConversationBenchmark.converse";

    private Conversations() {}

    /**
     * The turns of the longest conversations that were measured: shorter ones are their beginnings,
     * which would count twice. Of several scenarios, models or budgets all are taken.
     */
    static List<TurnRow> longest(List<TurnRow> turns) {
        List<TurnRow> conversations =
                turns.stream().filter(turn -> turn.text("benchmark").equals(BENCHMARK)).toList();
        double most =
                conversations.stream()
                        .mapToDouble(turn -> Order.value(turn.text("turns")))
                        .filter(Double::isFinite)
                        .max()
                        .orElse(Double.NaN);
        return conversations.stream()
                .filter(turn -> Order.value(turn.text("turns")) == most)
                .toList();
    }

    /** Turns by their strategy, in a report's order. */
    static Map<String, List<TurnRow>> byStrategy(List<TurnRow> turns) {
        return turns.stream()
                .collect(
                        Collectors.groupingBy(
                                TurnRow::strategy,
                                () -> new TreeMap<>(Order.STRATEGIES),
                                Collectors.toList()));
    }
}
