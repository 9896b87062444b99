package kvbench.report;

import kvbench.compare.Order;
import kvbench.results.JmhResult;
import kvbench.results.TurnRow;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Picks the turns that are shown one by one. */
final class Conversations {
    private static final String CONVERSATION = "ConversationBenchmark.converse";
    private static final String GENERATION = "GenerationBenchmark.generate";

    /** How long the cache lives, and what it was where an older version did not tell. */
    private static final String SCOPE = "scope";

    private static final String SCOPE_OF_OLD = "turn";

    private Conversations() {}

    /** What must be equal for turns to be shown together; scenarios may differ. */
    private static final List<String> ALIKE =
            List.of(
                    "model",
                    "provider",
                    "threads",
                    "dtype",
                    "sampling",
                    "allocator",
                    "tokenBudget",
                    "history",
                    SCOPE);

    /**
     * Conversations that may be shown together.
     *
     * @param words what tells them from other groups, or "" where there is one group alone
     * @param turns those of the longest conversations that were measured: shorter ones are their
     *     beginnings, which would count twice; of those scenarios that every strategy had; none
     *     where strategies had no scenario in common
     * @param notes in sentences, what was measured and is not among the turns
     */
    record Group(String words, List<TurnRow> turns, List<String> notes) {

        /** {@code conversations of 5 turns}, with what tells the group from others. */
        String subject() {
            String number = turns.isEmpty() ? "" : turns.getFirst().text("turns");
            return (number.isEmpty()
                            ? "single answers"
                            : "conversations of %s turns".formatted(number))
                    + (words.isEmpty() ? "" : ", " + words);
        }

        /** Its turns that ended without an error. */
        Group answered() {
            return new Group(words, turns.stream().filter(TurnRow::succeeded).toList(), notes);
        }
    }

    /** The groups of all conversations among {@code turns}, in their order. */
    static List<Group> groups(List<TurnRow> turns) {
        return groups(turns, CONVERSATION);
    }

    /** Those of conversations and of single answers that have turns to show. */
    static List<Group> withSingleAnswers(List<TurnRow> turns) {
        return Stream.of(CONVERSATION, GENERATION)
                .flatMap(benchmark -> groups(turns, benchmark).stream())
                .filter(group -> !group.turns().isEmpty())
                .toList();
    }

    /** Conversations that are alike in all but the scope of their caches, and had several. */
    static List<Group> acrossScopes(List<TurnRow> turns) {
        return groups(turns, CONVERSATION, Conversations::wordsWithoutScope).stream()
                .filter(
                        group ->
                                group.turns().stream().map(Conversations::scope).distinct().count()
                                        > 1)
                .toList();
    }

    private static List<Group> groups(List<TurnRow> turns, String benchmark) {
        return groups(turns, benchmark, Conversations::words);
    }

    private static List<Group> groups(
            List<TurnRow> turns, String benchmark, Function<TurnRow, String> words) {
        var byWords = new LinkedHashMap<String, List<TurnRow>>();
        turns.stream()
                .filter(turn -> turn.text("benchmark").equals(benchmark))
                .forEach(
                        turn ->
                                byWords.computeIfAbsent(words.apply(turn), key -> new ArrayList<>())
                                        .add(turn));
        return byWords.entrySet().stream()
                .map(group -> group(byWords.size() > 1 ? group.getKey() : "", group.getValue()))
                .toList();
    }

    /** How long the cache of its conversation lived. */
    static String scope(TurnRow turn) {
        String scope = turn.text(SCOPE);
        return scope.isEmpty() ? SCOPE_OF_OLD : scope;
    }

    private static Group group(String words, List<TurnRow> turns) {
        List<TurnRow> longest = longest(turns);
        List<TurnRow> shown = inCommon(longest);
        var notes = new ArrayList<String>();
        var shorter = new TreeSet<>(Order.STRATEGIES);
        turns.forEach(turn -> shorter.add(turn.strategy()));
        longest.forEach(turn -> shorter.remove(turn.strategy()));
        if (!shorter.isEmpty()) {
            notes.add(
                    "Left out: %s, measured in shorter conversations only."
                            .formatted(String.join(", ", shorter)));
        }
        if (shown.isEmpty()) {
            notes.add(
                    "No scenario was had by all of %s, so that no conversations%s can be shown together."
                            .formatted(
                                    String.join(", ", byStrategy(longest).keySet()),
                                    words.isEmpty() ? "" : " of " + words));
        } else {
            var scenarios = new TreeSet<String>();
            longest.forEach(turn -> scenarios.add(turn.text("scenario")));
            shown.forEach(turn -> scenarios.remove(turn.text("scenario")));
            if (!scenarios.isEmpty()) {
                notes.add(
                        "Left out: what not every strategy had, scenario %s."
                                .formatted(String.join(", ", scenarios)));
            }
        }
        return new Group(words, shown, notes);
    }

    private static String words(TurnRow turn) {
        return words(turn, ALIKE);
    }

    private static String wordsWithoutScope(TurnRow turn) {
        return words(turn, ALIKE.stream().filter(name -> !name.equals(SCOPE)).toList());
    }

    private static String words(TurnRow turn, List<String> names) {
        var params = new LinkedHashMap<String, String>();
        names.forEach(name -> params.put(name, turn.text(name)));
        params.keySet().retainAll(JmhResult.chosen(params).keySet());
        return params.entrySet().stream()
                .map(param -> param.getKey() + "=" + param.getValue())
                .collect(Collectors.joining(" "));
    }

    private static List<TurnRow> longest(List<TurnRow> conversations) {
        double most =
                conversations.stream()
                        .mapToDouble(turn -> Order.value(turn.text("turns")))
                        .filter(Double::isFinite)
                        .max()
                        .orElse(Double.POSITIVE_INFINITY);
        return conversations.stream()
                .filter(turn -> Order.value(turn.text("turns")) == most)
                .toList();
    }

    /** A strategy that had other scenarios than the rest would be compared by them. */
    private static List<TurnRow> inCommon(List<TurnRow> turns) {
        var scenarios = new HashSet<>(turns.stream().map(turn -> turn.text("scenario")).toList());
        byStrategy(turns)
                .values()
                .forEach(
                        rows ->
                                scenarios.retainAll(
                                        rows.stream().map(turn -> turn.text("scenario")).toList()));
        return turns.stream().filter(turn -> scenarios.contains(turn.text("scenario"))).toList();
    }

    /** Whether a line of the tokens' file is of a conversation of {@code group}. */
    static boolean isOf(Group group, UnaryOperator<String> line) {
        TurnRow first = group.turns().getFirst();
        return Stream.concat(ALIKE.stream(), Stream.of("benchmark", "turns"))
                .allMatch(name -> line.apply(name).equals(first.text(name)));
    }

    /** Turns by {@code strategy, scope=SCOPE}, in a report's order. */
    static Map<String, List<TurnRow>> byStrategyAndScope(List<TurnRow> turns) {
        var byBoth = new LinkedHashMap<String, List<TurnRow>>();
        byStrategy(turns).values().stream()
                .flatMap(List::stream)
                .forEach(
                        row ->
                                byBoth.computeIfAbsent(
                                                "%s, %s=%s"
                                                        .formatted(
                                                                row.strategy(), SCOPE, scope(row)),
                                                key -> new ArrayList<>())
                                        .add(row));
        return byBoth;
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
