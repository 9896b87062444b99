package kvbench.report;

import kvbench.results.TurnRow;
import kvbench.stats.Statistics;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The notebook's table, as the notebook computed it and beside it as it should be: of each strategy
 * the generation time of a turn, the memory, tokens per second and the success rate.
 */
final class NotebookTable {
    private static final double MILLIS = 1e3;

    private NotebookTable() {}

    /** The table of a group of conversations. */
    static Table of(Conversations.Group group) {
        Map<String, List<TurnRow>> byStrategy = Conversations.byStrategy(group.turns());
        var rows = new ArrayList<List<Cell>>();
        byStrategy.forEach((strategy, answers) -> rows.add(row(strategy, answers)));
        return new Table(
                "The notebook's table, " + group.subject(),
                List.of(
                        Column.words("strategy"),
                        Column.numbers("time/turn, notebook", "s"),
                        Column.numbers("time/turn", "s"),
                        Column.numbers("tokens/s, notebook", ""),
                        Column.numbers("tokens/s", ""),
                        Column.numbers("memory, notebook", ""),
                        Column.numbers("KV peak", ""),
                        Column.numbers("success", "")),
                rows,
                notes(group));
    }

    private static List<String> notes(Conversations.Group group) {
        var notes = new ArrayList<>(group.notes());
        notes.addAll(
                List.of(
                        "notebook: as the notebook computed it, the mean over all turns of"
                                + " all repetitions, for tokens/s a mean of ratios. Beside it:"
                                + " the median over the forks of each fork's mean time; tokens"
                                + " in all over time in all; the most bytes of cache alive at"
                                + " once in any turn.",
                        "memory, notebook is n/a: it was read after a turn, when the cache"
                                + " had been freed, so that it told nothing of the cache; this"
                                + " suite reads while the cache is alive.",
                        "success: turns without an error, of all turns that were measured."));
        return notes;
    }

    private static List<Cell> row(String strategy, List<TurnRow> turns) {
        List<TurnRow> answered = turns.stream().filter(TurnRow::succeeded).toList();
        double seconds = sum(answered, "generationMillis") / MILLIS;
        Map<String, List<TurnRow>> forks =
                answered.stream().collect(Collectors.groupingBy(turn -> turn.text("fork")));
        double perTurn =
                Statistics.ofForks(
                                forks.values().stream()
                                        .map(
                                                fork ->
                                                        List.of(
                                                                mean(fork, "generationMillis")
                                                                        / MILLIS))
                                        .toList())
                        .median();
        return List.of(
                Cell.words(strategy),
                Cell.number(mean(answered, "generationMillis") / MILLIS, 1),
                Cell.number(perTurn, 1),
                Cell.number(mean(answered, "tokensPerSecond"), 1),
                Cell.number(sum(answered, "generatedTokens") / seconds, 1),
                Cell.bytes(Double.NaN),
                Cell.bytes(
                        answered.stream()
                                .mapToDouble(turn -> turn.number("kvPeakBytes"))
                                .filter(Double::isFinite)
                                .max()
                                .orElse(Double.NaN)),
                Cell.percent((double) answered.size() / turns.size()));
    }

    private static double mean(List<TurnRow> turns, String column) {
        return turns.stream()
                .mapToDouble(turn -> turn.number(column))
                .filter(Double::isFinite)
                .average()
                .orElse(Double.NaN);
    }

    private static double sum(List<TurnRow> turns, String column) {
        return turns.stream()
                .mapToDouble(turn -> turn.number(column))
                .filter(Double::isFinite)
                .sum();
    }
}
