package kvbench.report;

import kvbench.context.Parity;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;
import kvbench.table.TextTable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where strategies gave other tokens than no cache at all. */
public final class ParityTable {
    private static final String EXPLANATION =
            "The first token that differs from none's, greedy, on a short script: a prompt, a"
                + " second one on top, and, rewound, the second one again. gap: none's lead of the"
                + " best score over the second best there; where it is smaller than the largest"
                + " difference between scores up to there, the two are at a near tie.";

    private ParityTable() {}

    /** The strategies that differ as plain ASCII text, or empty where none does. */
    public static Optional<String> of(List<Parity> answers) {
        var rows = new ArrayList<List<Cell>>();
        for (Parity answer : answers) {
            if (answer.outcome() instanceof Parity.Different different) {
                rows.add(row(answer, different));
            }
        }
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        TextTable.render(
                                new Table(
                                        "Tokens that are not those of none",
                                        columns(),
                                        rows,
                                        List.of(EXPLANATION))));
    }

    private static List<Column> columns() {
        return List.of(
                Column.words("model"),
                Column.words("strategy"),
                Column.words("claim"),
                Column.numbers("token", ""),
                Column.words("expected"),
                Column.words("found"),
                Column.numbers("gap", ""),
                Column.numbers("|logit diff|", ""));
    }

    private static List<Cell> row(Parity answer, Parity.Different different) {
        return List.of(
                Cell.words(answer.place()),
                Cell.words(answer.strategy()),
                Cell.words(answer.exact() ? "exact" : "lossy"),
                Cell.words("%d of %d".formatted(different.position(), different.tokens())),
                Cell.words(words(different.expected())),
                Cell.words(words(different.found())),
                Cell.number(different.gap(), 1),
                Cell.number(different.largestLogitDifference(), 1));
    }

    private static String words(Parity.Token token) {
        return "%d \"%s\"".formatted(token.id(), token.text().replaceAll("\\p{Cntrl}", " "));
    }
}
