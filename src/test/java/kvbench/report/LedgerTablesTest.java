package kvbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.results.JmhFile;
import kvbench.results.JmhJson;
import kvbench.table.Table;
import kvbench.table.TextTable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class LedgerTablesTest {
    @TempDir Path folder;

    private static JmhJson step(String strategy, int depth) {
        return new JmhJson("kvbench.bench.DecodeStepBenchmark.step", "avgt")
                .param("strategy", strategy)
                .param("depth", depth)
                .primary("us/op", "[[1.0], [1.0]]");
    }

    private List<Table> tables(JmhJson... results) throws IOException {
        Path file = folder.resolve("results.json");
        Files.writeString(file, JmhJson.file(results));
        return LedgerTables.of(JmhFile.read(file), "depth");
    }

    private static List<String> row(Table table, String name) {
        return table.rows().stream()
                .map(row -> row.stream().map(Table.Cell::text).toList())
                .filter(row -> row.getFirst().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void linesAreRowsAndStrategiesStandSideBySideByDepth() throws IOException {
        Table table =
                tables(
                                step("static", 64)
                                        .secondary("ledger.kv.held", "bytes", "[[2048], [2048]]"),
                                step("none", 64).secondary("ledger.kv.held", "bytes", "[[0], [0]]"),
                                step("static", 8)
                                        .secondary("ledger.kv.held", "bytes", "[[512], [512]]"))
                        .getFirst();

        assertEquals("Memory ledger, DecodeStepBenchmark.step (avgt)", table.heading());
        assertEquals(
                List.of("depth", "8 static", "64 none", "64 static"),
                table.columns().stream()
                        .map(column -> (column.name() + " " + column.unit()).strip())
                        .toList());
        assertEquals(List.of("  kv held", "512 B", "0 B", "2.0 KiB"), row(table, "  kv held"));
        assertEquals(21, table.rows().size());
    }

    @Test
    void signsTellWhichLinesAddUp() throws IOException {
        Table table =
                tables(step("static", 8).secondary("ledger.kv.held", "bytes", "[[512]]"))
                        .getFirst();
        assertEquals(
                List.of(
                        "+ kv analytic",
                        "+ kv slack",
                        "- kv untouched",
                        "+ arena kept",
                        "+ weights read",
                        "+ java heap",
                        "+ native heap"),
                table.rows().stream()
                        .map(row -> row.getFirst().text())
                        .filter(name -> !name.startsWith(" "))
                        .toList());
    }

    @Test
    void aFigureIsTheMedianOverForksOfEachForksMedian() throws IOException {
        Table table =
                tables(
                                step("static", 8)
                                        .secondary(
                                                "ledger.java.alloc.norm",
                                                "bytes/token",
                                                "[[10, 30, 20], [40]]")
                                        .secondary(
                                                "ledger.ort.alloc.norm",
                                                "allocations/token",
                                                "[[82], [82]]"))
                        .getFirst();
        assertEquals("30 B", row(table, "  java alloc norm").get(1));
        assertEquals("82.00", row(table, "  ort alloc norm").get(1));
    }

    @Test
    void whatCouldNotBeToldIsNotAvailableAndItsReasonANote() throws IOException {
        JmhJson known =
                step("none", 8)
                        .secondary("ledger.arena.peak", "bytes", "[[1024]]")
                        .secondary("ledger.device.used", "bytes", "[[\"NaN\"]]")
                        .secondary("ledger.device.used is NaN: no device", "iterations", "[[1]]");
        JmhJson hidden =
                step("static", 8)
                        .secondary("ledger.arena.peak", "bytes", "[[\"NaN\"]]")
                        .secondary("ledger.arena.peak is NaN: hidden", "iterations", "[[1]]")
                        .secondary("ledger.device.used", "bytes", "[[\"NaN\"]]")
                        .secondary("ledger.device.used is NaN: no device", "iterations", "[[1]]");
        Table table = tables(known, hidden).getFirst();

        assertEquals(List.of("  arena peak", "1.0 KiB", "n/a"), row(table, "  arena peak"));
        assertTrue(
                table.notes().contains("arena peak is n/a: hidden: static (8)"),
                table.notes().toString());
        assertTrue(
                table.notes().contains("device used is n/a: no device: every row"),
                table.notes().toString());
        assertTrue(
                table.notes().contains("kv held is n/a: not measured: every row"),
                table.notes().toString());
    }

    @Test
    void resultsWithoutALedgerHaveNoTable() throws IOException {
        assertEquals(List.of(), tables(step("none", 8).secondary("kv.held", "bytes", "[[0]]")));
    }

    @Test
    void depthsThatDoNotFitBesideTheOthersStandInAFurtherTable() throws IOException {
        JmhJson[] results =
                List.of(8, 64, 512).stream()
                        .flatMap(
                                depth ->
                                        List.of("none", "dynamic", "static").stream()
                                                .map(
                                                        strategy ->
                                                                step(strategy, depth)
                                                                        .secondary(
                                                                                "ledger.kv.held",
                                                                                "bytes",
                                                                                "[[1]]")))
                        .toArray(JmhJson[]::new);
        List<Table> tables = tables(results);

        assertEquals(List.of(7, 4), tables.stream().map(table -> table.columns().size()).toList());
        tables.forEach(
                table ->
                        TextTable.render(table)
                                .lines()
                                .forEach(line -> assertFalse(line.length() > 110, line)));
    }
}
