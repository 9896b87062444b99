package kvbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.chart.XyChart;
import kvbench.chart.XyChart.Point;
import kvbench.chart.XyChart.Series;
import kvbench.chart.XyChart.Style;
import kvbench.document.Block;
import kvbench.results.TurnRow;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

class TurnChartsTest {
    @Test
    void conversationsOfAnotherScopeAreAGroupOfTheirOwn() {
        List<Conversations.Group> groups =
                Conversations.groups(
                        List.of(turn("turn", "static", 1, 5), turn("session", "static", 1, 5)));
        String alike =
                "conversations of 2 turns, model= provider= threads= tokenBudget= history=scripted";
        assertEquals(
                List.of(alike, alike + " scope=session"),
                groups.stream().map(Conversations.Group::subject).toList());
    }

    @Test
    void anOlderRunWithoutAScopeIsOfTheScopeOfATurn() {
        assertEquals(
                1,
                Conversations.groups(
                                List.of(turn("", "static", 1, 5), turn("turn", "static", 2, 5)))
                        .size());
        assertEquals(
                List.of(),
                Conversations.acrossScopes(
                        List.of(turn("", "static", 1, 5), turn("turn", "static", 2, 5))));
    }

    @Test
    void theTimeToTheFirstTokenOfBothScopesStandsInOneChart() {
        List<TurnRow> turns =
                List.of(
                        turn("turn", "static", 1, 5),
                        turn("turn", "static", 2, 9),
                        turn("turn", "dynamic", 1, 6),
                        turn("session", "static", 1, 5),
                        turn("session", "static", 2, 2),
                        turn("session", "static", 2, 4));
        Conversations.Group group = Conversations.acrossScopes(turns).getFirst();
        Block.Figure figure = TurnCharts.ofScopes(group, "").orElseThrow();
        var chart = (XyChart) figure.chart();

        assertEquals("turn-ttft-scopes", figure.slug());
        assertEquals("Time to the first token by turn and scope of the cache", chart.title());
        assertEquals(
                List.of(
                        Series.of("dynamic, scope=turn", Style.LINE, List.of(Point.of(1, 6))),
                        Series.of(
                                "static, scope=turn",
                                Style.LINE,
                                List.of(Point.of(1, 5), Point.of(2, 9))),
                        Series.of(
                                "static, scope=session",
                                Style.LINE,
                                List.of(Point.of(1, 5), Point.of(2, 3)))),
                chart.series().stream().filter(series -> series.style() == Style.LINE).toList());
    }

    @Test
    void whatIsOfOneScopeHasNoSuchChart() {
        assertEquals(
                List.of(),
                Conversations.acrossScopes(
                        List.of(
                                turn("session", "static", 1, 5),
                                turn("session", "dynamic", 1, 5))));
        // Nor what differs in more than the scope.
        var other = new ArrayList<TurnRow>();
        other.add(turn("turn", "static", 1, 5));
        other.add(new TurnRow(changed(turn("session", "static", 1, 5), "history", "generated")));
        assertEquals(List.of(), Conversations.acrossScopes(other));
    }

    private static Map<String, String> changed(TurnRow row, String column, String value) {
        var values = new HashMap<>(row.values());
        values.put(column, value);
        return values;
    }

    private static TurnRow turn(String scope, String strategy, int turn, int ttftMillis) {
        return new TurnRow(
                Map.of(
                        "benchmark", "ConversationBenchmark.converse",
                        "strategy", strategy,
                        "scenario", "claim",
                        "turns", "2",
                        "history", "scripted",
                        "scope", scope,
                        "turn", Integer.toString(turn),
                        "ttftMillis", Integer.toString(ttftMillis),
                        "success", "true"));
    }
}
