package kvbench.document;

import kvbench.chart.Axis;
import kvbench.chart.XyChart;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;
import kvbench.table.Table.Mark;

import java.util.List;

/** Documents for tests of their faces. */
final class SomeDocument {
    private SomeDocument() {}

    /** With every kind of block, and each text an attack. */
    static Document hostile(String text) {
        var table =
                new Table(
                        text,
                        List.of(Column.words(text), Column.numbers(text, text)),
                        List.of(
                                List.of(
                                        Cell.words(text),
                                        new Cell(text, text, text, 1.5, Mark.WORSE))),
                        List.of(text));
        return new Document(
                text,
                List.of(text, text),
                List.of(text),
                List.of(
                        new Section(
                                text,
                                Section.Depth.BRIEF,
                                List.of(
                                        new Block.Tabular(table),
                                        new Block.Lines(List.of(text)),
                                        new Block.Commands(List.of(text)),
                                        chart(text))),
                        new Section(
                                text,
                                Section.Depth.DETAIL,
                                List.of(new Block.Lines(List.of(text))))));
    }

    static Block.Figure chart(String text) {
        return new Block.Figure(
                "a-chart",
                XyChart.of(
                        text,
                        text,
                        Axis.linear(text),
                        Axis.linear(text),
                        List.of(
                                XyChart.Series.of(
                                        text,
                                        XyChart.Style.LINE,
                                        List.of(XyChart.Point.of(1, 2), XyChart.Point.of(2, 4))))));
    }
}
