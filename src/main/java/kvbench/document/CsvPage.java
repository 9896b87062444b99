package kvbench.document;

import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The tables of a document as one CSV file, a line for each cell, so that one program reads them
 * all: {@code table,row,column,value,text}, and of a figure that stands beside a baseline's {@code
 * verdict,ratio,low,high,p}. The value is in base units (seconds, bytes, parts).
 */
public final class CsvPage {
    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();

    private CsvPage() {}

    /** All tables, those behind the charts included. */
    public static String full(Document document) {
        var text = new StringBuilder();
        try (var printer = new CSVPrinter(text, FORMAT)) {
            printer.printRecord(
                    "table", "row", "column", "value", "text", "verdict", "ratio", "low", "high",
                    "p");
            for (Section section : document.sections()) {
                for (Block block : section.blocks()) {
                    switch (block) {
                        case Block.Tabular tabular -> table(printer, section, tabular.table());
                        case Block.Figure figure -> table(printer, section, figure.figures());
                        case Block.Lines lines -> {}
                        case Block.Commands commands -> {}
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void table(CSVPrinter printer, Section section, Table table) throws IOException {
        String name = table.heading().isEmpty() ? section.heading() : table.heading();
        List<Column> columns = table.columns();
        int words =
                (int)
                        columns.stream()
                                .takeWhile(column -> column.align() == Table.Align.LEFT)
                                .count();
        // A table of words alone tells something in its last column.
        int labels = Math.min(words, columns.size() - 1);
        for (List<Cell> row : table.rows()) {
            String label =
                    String.join(" | ", row.subList(0, labels).stream().map(Cell::text).toList());
            for (int i = labels; i < columns.size(); i++) {
                Cell cell = row.get(i);
                printer.printRecord(
                        name,
                        label,
                        (columns.get(i).name() + " " + columns.get(i).unit()).strip(),
                        number(cell.value()),
                        cell.line(),
                        cell.standing().verdict(),
                        number(cell.standing().ratio()),
                        number(cell.standing().low()),
                        number(cell.standing().high()),
                        number(cell.standing().p()));
            }
        }
    }

    private static String number(double value) {
        return Double.isFinite(value) ? Double.toString(value) : "NaN";
    }
}
