package kvbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.results.TurnRow;
import kvbench.table.Table;
import kvbench.table.Table.Cell;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class NotebookTableTest {

    @Test
    void theNotebooksMeansStandBesideTotals() {
        // Fork 1: 1 s (10 tokens, 10/s) and 4 s (10 tokens, 2.5/s); fork 2: 1 s (10/s)
        // Notebook: (1 + 4 + 1) / 3 = 2 s; (10 + 2.5 + 10) / 3 = 7.5 tokens/s
        // As it should be: forks' means 2.5 and 1, median 1.75 s; 30 tokens in 6 s = 5 tokens/s
        List<Cell> row =
                only(
                        turn("static", 1, 1000, 10, 100, true),
                        turn("static", 1, 4000, 10, 300, true),
                        turn("static", 2, 1000, 10, 200, true));
        assertEquals(
                List.of("static", "2.00", "1.75", "7.50", "5.00", "n/a", "300 B", "100.0%"),
                row.stream().map(Cell::text).toList());
        assertEquals(7.5, row.get(3).value(), 1e-12);
        assertEquals(5, row.get(4).value(), 1e-12);
    }

    @Test
    void turnsThatFailedCountInTheSuccessAlone() {
        List<Cell> row =
                only(
                        turn("static", 1, 1000, 10, 100, true),
                        turn("static", 1, 9000, 1, 900, false));
        assertEquals(
                List.of("static", "1.00", "1.00", "10.00", "10.00", "n/a", "100 B", "50.0%"),
                row.stream().map(Cell::text).toList());
    }

    @Test
    void whereEveryTurnFailedThereIsNoFigure() {
        assertEquals(
                List.of("static", "n/a", "n/a", "n/a", "n/a", "n/a", "n/a", "0.0%"),
                only(turn("static", 1, Double.NaN, 0, Double.NaN, false)).stream()
                        .map(Cell::text)
                        .toList());
    }

    @Test
    void onlyTheLongestConversationsAreTaken() {
        // Ten turns are more than nine, whatever their letters say
        Table table =
                table(
                                List.of(
                                        with(turn("static", 1, 1000, 10, 100, true), "turns", "9"),
                                        with(turn("none", 1, 2000, 10, 100, true), "turns", "10")))
                        .orElseThrow();
        assertEquals("The notebook's table, conversations of 10 turns", table.heading());
        assertEquals(
                List.of("none"), table.rows().stream().map(row -> row.getFirst().text()).toList());
    }

    @Test
    void strategiesStandInTheReportsOrder() {
        Table table =
                table(
                                List.of(
                                        turn("window", 1, 1, 1, 1, true),
                                        turn("static", 1, 1, 1, 1, true),
                                        turn("none", 1, 1, 1, 1, true)))
                        .orElseThrow();
        assertEquals(
                List.of("none", "static", "window"),
                table.rows().stream().map(row -> row.getFirst().text()).toList());
    }

    @Test
    void ofOtherBenchmarksThereIsNoTable() {
        assertEquals(Optional.empty(), table(List.of()));
        assertEquals(
                Optional.empty(),
                table(
                        List.of(
                                with(
                                        turn("static", 1, 1, 1, 1, true),
                                        "benchmark",
                                        "GenerationBenchmark.generate"))));
        assertEquals(Optional.empty(), table(List.of(new TurnRow(Map.of("a", "b")))));
    }

    @Test
    void conversationsOfOtherModelsHaveATableOfTheirOwn() {
        List<Table> tables =
                Conversations.groups(
                                List.of(
                                        with(
                                                turn("dynamic", 1, 100, 10, 1, true),
                                                "model",
                                                "small"),
                                        with(turn("static", 1, 100, 10, 1, true), "model", "small"),
                                        with(
                                                turn("static", 1, 1000, 10, 1, true),
                                                "model",
                                                "large")))
                        .stream()
                        .map(NotebookTable::of)
                        .toList();
        assertEquals(
                List.of(
                        "The notebook's table, conversations of 2 turns, model=small provider="
                                + " threads= tokenBudget= history=",
                        "The notebook's table, conversations of 2 turns, model=large provider="
                                + " threads= tokenBudget= history="),
                tables.stream().map(Table::heading).toList());
        assertEquals(2, tables.getFirst().rows().size());
        assertEquals("0.100", tables.getFirst().rows().getLast().get(2).text());
    }

    @Test
    void onlyScenariosThatEveryStrategyHadAreShown() {
        List<Table> tables =
                Conversations.groups(
                                List.of(
                                        with(turn("dynamic", 1, 100, 10, 1, true), "scenario", "a"),
                                        with(turn("static", 1, 100, 10, 1, true), "scenario", "a"),
                                        with(turn("static", 1, 900, 10, 1, true), "scenario", "b")))
                        .stream()
                        .map(NotebookTable::of)
                        .toList();
        assertEquals("0.100", tables.getFirst().rows().getLast().get(2).text());
    }

    @Test
    void whatIsLeftOutIsSaid() {
        List<Conversations.Group> groups =
                Conversations.groups(
                        List.of(
                                with(turn("none", 1, 100, 10, 1, true), "turns", "1"),
                                with(turn("dynamic", 1, 100, 10, 1, true), "scenario", "a"),
                                with(turn("static", 1, 100, 10, 1, true), "scenario", "a"),
                                with(turn("static", 1, 900, 10, 1, true), "scenario", "b")));
        assertEquals(
                List.of(
                        "Left out: none, measured in shorter conversations only.",
                        "Left out: what not every strategy had, scenario b."),
                NotebookTable.of(groups.getFirst()).notes().subList(0, 2));
    }

    @Test
    void thatNoScenarioWasHadByAllIsSaid() {
        List<TurnRow> turns =
                List.of(
                        with(turn("dynamic", 1, 100, 10, 1, true), "scenario", "a"),
                        with(turn("static", 1, 100, 10, 1, true), "scenario", "b"));
        assertEquals(
                List.of(
                        new Conversations.Group(
                                "",
                                List.of(),
                                List.of(
                                        "No scenario was had by all of dynamic, static, so that no"
                                                + " conversations can be shown together."))),
                Conversations.groups(turns));
        assertEquals(List.of(), Conversations.withSingleAnswers(turns));
    }

    private static Optional<Table> table(List<TurnRow> turns) {
        return Conversations.groups(turns).stream().map(NotebookTable::of).findFirst();
    }

    private static List<Cell> only(TurnRow... turns) {
        List<List<Cell>> rows = table(List.of(turns)).orElseThrow().rows();
        assertEquals(1, rows.size());
        return rows.getFirst();
    }

    private static TurnRow turn(
            String strategy, int fork, double millis, int tokens, double peak, boolean succeeded) {
        return new TurnRow(
                Map.of(
                        "benchmark", "ConversationBenchmark.converse",
                        "turns", "2",
                        "strategy", strategy,
                        "fork", "" + fork,
                        "generationMillis", "" + millis,
                        "generatedTokens", "" + tokens,
                        "tokensPerSecond", "" + tokens / millis * 1000,
                        "kvPeakBytes", "" + peak,
                        "success", "" + succeeded));
    }

    private static TurnRow with(TurnRow turn, String column, String value) {
        var values = new HashMap<>(turn.values());
        values.put(column, value);
        return new TurnRow(values);
    }
}
