package kvbench.document;

import kvbench.chart.Chart;
import kvbench.table.Table;

import java.util.List;

/** A piece of a section. */
public sealed interface Block {

    /** Sentences, each in lines of its own. */
    record Lines(List<String> lines) implements Block {
        public Lines {
            lines = List.copyOf(lines);
        }
    }

    /** Commands to copy. */
    record Commands(List<String> commands) implements Block {
        public Commands {
            commands = List.copyOf(commands);
        }
    }

    /** A table with its heading and notes. */
    record Tabular(Table table) implements Block {}

    /**
     * A chart.
     *
     * @param slug name of its files: lower-case letters, digits and hyphens, once in a document
     * @param chart what it shows
     */
    record Figure(String slug, Chart chart) implements Block {

        /** What the chart shows, as a table. */
        public Table figures() {
            return ChartFigures.of(chart);
        }
    }
}
