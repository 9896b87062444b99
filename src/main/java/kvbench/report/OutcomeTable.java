package kvbench.report;

import kvbench.compare.Order;
import kvbench.context.Parity;
import kvbench.results.FailedArm;
import kvbench.results.JmhResult;
import kvbench.results.MetricNames;
import kvbench.results.Outcomes;
import kvbench.results.Run;
import kvbench.results.UnfinishedArm;
import kvbench.table.Format;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;
import kvbench.table.Table.Mark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How it ended: turns that succeeded, tokens as without a cache, and what gave no result. */
final class OutcomeTable {
    private static final Set<String> WITH_TURNS =
            Set.of("ConversationBenchmark", "GenerationBenchmark");

    private OutcomeTable() {}

    /** Turns that ended well, of all; empty where no benchmark has turns. */
    static Optional<Table> success(Run run, TestNames names, Map<String, String> marks) {
        var notes = new Notes();
        var tests = new LinkedHashMap<String, Map<String, Double>>();
        withDead(run)
                .sorted(Order.RESULTS)
                .forEach(
                        result ->
                                tests.computeIfAbsent(
                                                names.of(result), key -> new LinkedHashMap<>())
                                        .put(
                                                Groups.strategy(result),
                                                successRate(run, result, names, notes)));
        if (tests.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                byStrategy(
                        "Success rate",
                        tests,
                        marks,
                        Stream.concat(
                                        Stream.of(
                                                "Turns without an error, of all; those of forks"
                                                        + " that died count."),
                                        notes.lines(Set.of()).stream())
                                .toList()));
    }

    private static double successRate(Run run, JmhResult result, TestNames names, Notes notes) {
        var arm =
                new Arm(
                        result,
                        "%s (%s)".formatted(Groups.strategy(result), names.of(result)),
                        notes);
        run.outcomes().unfinished().stream()
                .filter(unfinished -> unfinished.withoutSamples().isOfSameArm(result))
                .forEach(
                        unfinished ->
                                notes.add(
                                        "not all forks have been run yet",
                                        "%s (%d of %d to come)"
                                                .formatted(
                                                        arm.label(),
                                                        unfinished.missing(),
                                                        unfinished.forks())));
        return arm.successRate(
                MetricNames.TURNS_OK,
                MetricNames.TURNS_FAILED,
                arm.forksAmong(run.outcomes().failed()));
    }

    /** The results with turns, and an empty one for each arm of which every fork so far failed. */
    private static Stream<JmhResult> withDead(Run run) {
        List<JmhResult> measured =
                run.results().stream()
                        .filter(result -> WITH_TURNS.contains(result.className()))
                        .toList();
        Stream<JmhResult> dead =
                run.outcomes().failed().stream()
                        .map(FailedArm::withoutSamples)
                        .filter(result -> WITH_TURNS.contains(result.className()))
                        .distinct()
                        .filter(result -> measured.stream().noneMatch(result::isOfSameArm));
        return Stream.concat(measured.stream(), dead);
    }

    private static Table byStrategy(
            String heading,
            Map<String, Map<String, Double>> tests,
            Map<String, String> marks,
            List<String> notes) {
        Set<String> strategies =
                tests.values().stream()
                        .flatMap(rates -> rates.keySet().stream())
                        .collect(Collectors.toCollection(() -> new TreeSet<>(Order.STRATEGIES)));
        var columns = new ArrayList<Column>();
        columns.add(Column.words("test"));
        strategies.forEach(
                strategy ->
                        columns.add(
                                Column.numbers(strategy + marks.getOrDefault(strategy, ""), "")));
        var rows = new ArrayList<List<Cell>>();
        tests.forEach(
                (test, rates) -> {
                    var cells = new ArrayList<Cell>();
                    cells.add(Cell.words(test));
                    strategies.forEach(strategy -> cells.add(rate(rates.get(strategy))));
                    rows.add(cells);
                });
        return new Table(heading, columns, rows, notes);
    }

    private static Cell rate(Double part) {
        if (part == null) {
            return new Cell("-", "", "", Double.NaN, Mark.MISSING);
        }
        return new Cell(Format.percent(part), "", "", part, part < 1 ? Mark.WORSE : Mark.PLAIN);
    }

    /** Whether each strategy gave the tokens of no cache; empty where that was not checked. */
    static Optional<Table> parity(Run run) {
        List<Parity> checked = run.context().map(context -> context.parity()).orElse(List.of());
        if (checked.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Table(
                        "Tokens against none",
                        List.of(
                                Column.words("model"),
                                Column.words("strategy"),
                                Column.words("claims"),
                                Column.words("tokens")),
                        checked.stream().map(OutcomeTable::row).toList(),
                        List.of("Greedy, on a short script, before anything was measured.")));
    }

    private static List<Cell> row(Parity parity) {
        return List.of(
                Cell.words(parity.place()),
                Cell.words(parity.strategy()),
                Cell.words(parity.exact() ? "exact" : "lossy"),
                switch (parity.outcome()) {
                    case Parity.Equal equal -> Cell.words("all %d equal".formatted(equal.tokens()));
                    case Parity.Different different ->
                            new Cell(
                                    different.words(),
                                    "",
                                    "",
                                    Double.NaN,
                                    parity.exact() ? Mark.WORSE : Mark.PLAIN);
                    case Parity.Failed failed ->
                            new Cell("failed: " + failed.reason(), "", "", Double.NaN, Mark.WORSE);
                });
    }

    /** What failed, is to come, or was not run; empty where all went well. */
    static Optional<Table> withoutResult(Outcomes outcomes) {
        var rows = new ArrayList<List<Cell>>();
        for (FailedArm arm : outcomes.failed()) {
            rows.add(
                    words(
                            "fork %d failed".formatted(arm.fork()),
                            arm.benchmark(),
                            Groups.words(arm.params()),
                            arm.reason()));
        }
        for (UnfinishedArm arm : outcomes.unfinished()) {
            rows.add(
                    words(
                            "to come",
                            arm.benchmark(),
                            Groups.words(arm.params()),
                            "%d of %d forks have not been run: go on with `bench --resume` (of runs that were merged: with each of them, then merge again)"
                                    .formatted(arm.missing(), arm.forks())));
        }
        outcomes.vetoed()
                .forEach(
                        arm ->
                                rows.add(
                                        words(
                                                "not run",
                                                arm.benchmark(),
                                                Groups.words(arm.params()),
                                                arm.reason())));
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Table(
                        "Without a result: %d failed, %d to come, %d not run"
                                .formatted(
                                        outcomes.failed().size(),
                                        outcomes.unfinished().size(),
                                        outcomes.vetoed().size()),
                        List.of(
                                Column.words("outcome"),
                                Column.words("benchmark"),
                                Column.words("parameters"),
                                Column.words("reason")),
                        rows,
                        List.of()));
    }

    private static List<Cell> words(
            String outcome, String benchmark, String params, String reason) {
        return List.of(
                Cell.words(outcome),
                Cell.words(benchmark.replaceFirst("^kvbench\\.bench\\.", "")),
                Cell.words(params),
                Cell.words(reason));
    }
}
