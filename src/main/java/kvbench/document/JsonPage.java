package kvbench.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import kvbench.table.Table;
import kvbench.table.Table.Cell;

import java.util.List;
import java.util.Locale;

/**
 * A document as JSON: title, summary, warnings, and the tables of each section with text and value
 * of each cell. Values are in base units (seconds, bytes, parts); what is no number is {@code
 * "NaN"}.
 */
public final class JsonPage {
    private static final JsonMapper JSON = new JsonMapper();

    private JsonPage() {}

    /** The whole document. */
    public static String full(Document document) {
        ObjectNode root = JSON.createObjectNode();
        root.put("title", document.title());
        document.summary().forEach(root.putArray("summary")::add);
        document.warnings().forEach(root.putArray("warnings")::add);
        ArrayNode sections = root.putArray("sections");
        for (Section section : document.sections()) {
            ObjectNode node = sections.addObject();
            node.put("heading", section.heading());
            ArrayNode tables = node.putArray("tables");
            ArrayNode lines = node.putArray("lines");
            for (Block block : section.blocks()) {
                switch (block) {
                    case Block.Tabular tabular -> table(tables.addObject(), tabular.table());
                    case Block.Figure figure -> table(tables.addObject(), figure.figures());
                    case Block.Lines sentences -> sentences.lines().forEach(lines::add);
                    case Block.Commands commands -> commands.commands().forEach(lines::add);
                }
            }
        }
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report that is no JSON: " + document.title(), e);
        }
    }

    private static void table(ObjectNode node, Table table) {
        node.put("heading", table.heading());
        ArrayNode columns = node.putArray("columns");
        table.columns()
                .forEach(
                        column ->
                                columns.addObject()
                                        .put("name", column.name())
                                        .put("unit", column.unit()));
        ArrayNode rows = node.putArray("rows");
        for (List<Cell> row : table.rows()) {
            ArrayNode cells = rows.addArray();
            row.forEach(cell -> cell(cells.addObject(), cell));
        }
        table.notes().forEach(node.putArray("notes")::add);
    }

    private static void cell(ObjectNode node, Cell cell) {
        node.put("text", cell.line());
        number(node, "value", cell.value());
        node.put("mark", cell.mark().name().toLowerCase(Locale.ROOT));
        if (!cell.standing().verdict().isEmpty()) {
            Table.Standing standing = cell.standing();
            node.put("verdict", standing.verdict());
            number(node, "ratio", standing.ratio());
            number(node, "low", standing.low());
            number(node, "high", standing.high());
            number(node, "p", standing.p());
        }
    }

    private static void number(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.put(name, "NaN");
        }
    }
}
