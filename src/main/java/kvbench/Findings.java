package kvbench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import kvbench.verify.Agreement;
import kvbench.verify.Tolerance;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code verify} found.
 *
 * @param model its name
 * @param ties how near scores must be for another token than that of none to count as a near tie:
 *     of numbers of 16 bits; empty where every token must be equal
 * @param rows a row for each strategy, held against none
 * @param scores the strategies' scores against a reference, where one was asked for
 */
record Findings(
        String model, Optional<Tolerance> ties, List<Agreement> rows, Optional<Scores> scores) {
    private static final String REFERENCE = "none on cpu, float32";

    Findings {
        rows = List.copyOf(rows);
    }

    /**
     * Scores held against those of no cache on the CPU, in float32.
     *
     * @param tolerance how far they may be from them
     * @param rows a row for each strategy
     */
    record Scores(Tolerance tolerance, List<Agreement> rows) {
        Scores {
            rows = List.copyOf(rows);
        }

        boolean areFine() {
            return rows.stream().allMatch(row -> tolerance.holds(row) || !row.strategy().exact());
        }
    }

    /** Whether each strategy that claims to be exact is. */
    boolean areFine() {
        return rows.stream().allMatch(row -> row.agrees() || isTie(row) || !row.strategy().exact())
                && scores.map(Scores::areFine).orElse(true);
    }

    private boolean isTie(Agreement row) {
        return ties.map(near -> near.holds(row)).orElse(false);
    }

    String toText() {
        var text = new StringBuilder("%s against none, greedy:%n".formatted(model));
        line(text, "largest |logit diff|", "verdict");
        rows.forEach(row -> line(text, row, number(row.largestLogitDifference()), verdict(row)));
        scores.ifPresent(
                held -> {
                    text.append(
                            String.format(
                                    Locale.ROOT,
                                    "%s against %s, within %s of its largest score:%n",
                                    model,
                                    REFERENCE,
                                    held.tolerance().part()));
                    line(text, "of largest score", "verdict");
                    held.rows()
                            .forEach(
                                    row ->
                                            line(
                                                    text,
                                                    row,
                                                    number(row.relativeDifference()),
                                                    verdict(row, held.tolerance())));
                });
        return text.toString();
    }

    private static void line(StringBuilder text, String difference, String verdict) {
        line(
                text,
                "strategy",
                "claim",
                "tokens equal",
                "first difference",
                difference,
                "gap of two best",
                verdict);
    }

    private static void line(StringBuilder text, Agreement row, String difference, String verdict) {
        line(
                text,
                row.strategy().toString(),
                row.strategy().exact() ? "exact" : "lossy",
                row.agreeing() + " of " + row.tokens(),
                row.firstDifference().isEmpty()
                        ? "none"
                        : "token " + (row.firstDifference().getAsInt() + 1),
                difference,
                number(row.gap()),
                verdict);
    }

    private static void line(StringBuilder text, String... cells) {
        text.append("%-12s %-6s %12s %18s %22s %22s  %s%n".formatted((Object[]) cells));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3g", value);
    }

    String toJson() throws JsonProcessingException {
        var json = new ObjectMapper();
        ObjectNode root = json.createObjectNode();
        root.put("model", model);
        ArrayNode strategies = root.putArray("strategies");
        for (Agreement row : rows) {
            add(strategies.addObject(), row).put("verdict", verdict(row));
        }
        scores.ifPresent(
                held -> {
                    ObjectNode node = root.putObject("scores");
                    node.put("reference", REFERENCE);
                    node.put("tolerance", held.tolerance().part());
                    ArrayNode array = node.putArray("strategies");
                    for (Agreement row : held.rows()) {
                        add(array.addObject(), row)
                                .put("largest_logit", row.largestLogit())
                                .put("relative_difference", row.relativeDifference())
                                .put("verdict", verdict(row, held.tolerance()));
                    }
                });
        return json.writeValueAsString(root) + System.lineSeparator();
    }

    private static ObjectNode add(ObjectNode node, Agreement row) {
        node.put("strategy", row.strategy().toString());
        node.put("exact", row.strategy().exact());
        node.put("tokens", row.tokens());
        node.put("tokens_equal", row.agreeing());
        row.firstDifference().ifPresent(index -> node.put("first_difference", index));
        node.put("largest_logit_difference", row.largestLogitDifference());
        node.put("gap", row.gap());
        return node;
    }

    private String verdict(Agreement row) {
        if (row.agrees()) {
            return "AGREES";
        }
        if (isTie(row)) {
            return "NEAR TIE";
        }
        return row.strategy().exact() ? "DIFFERS" : "LOSSY";
    }

    private static String verdict(Agreement row, Tolerance tolerance) {
        if (tolerance.holds(row)) {
            return "WITHIN";
        }
        return row.strategy().exact() ? "BEYOND" : "LOSSY";
    }
}
