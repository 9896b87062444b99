package kvbench.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kvbench.model.InputException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class TurnRowsTest {
    @TempDir Path folder;

    @Test
    void everyRowIsReadByTheNamesOfItsColumns() throws IOException {
        List<TurnRow> rows =
                read(
                        "strategy,turn,success,error\n"
                                + "static,2,true,\"a, \"\"b\"\"\"\n"
                                + "none,NaN,false,x\n");
        assertEquals(
                List.of(
                        Map.of(
                                "strategy",
                                "static",
                                "turn",
                                "2",
                                "success",
                                "true",
                                "error",
                                "a, \"b\""),
                        Map.of(
                                "strategy",
                                "none",
                                "turn",
                                "NaN",
                                "success",
                                "false",
                                "error",
                                "x")),
                rows.stream().map(TurnRow::values).toList());
        TurnRow first = rows.getFirst();
        assertEquals("static", first.strategy());
        assertEquals(2, first.turn());
        assertEquals(true, first.succeeded());
        assertEquals(false, rows.getLast().succeeded());
        assertEquals(Double.NaN, rows.getLast().turn());
    }

    @Test
    void aColumnThatIsNotThereIsEmptyAndNoNumber() throws IOException {
        TurnRow row = read("other\n1\n").getFirst();
        assertEquals("", row.strategy());
        assertEquals("", row.text("turns"));
        assertEquals(Double.NaN, row.number("turns"));
        assertEquals(Double.NaN, new TurnRow(Map.of("turn", "two")).turn());
        assertEquals(false, row.succeeded());
    }

    @Test
    void aRunWithoutTheFileHasNoTurns() {
        assertEquals(List.of(), TurnRows.in(folder));
    }

    @Test
    void anEmptyFileAndAHeadAloneHaveNone() throws IOException {
        assertEquals(List.of(), read(""));
        assertEquals(List.of(), read("strategy,turn\n"));
    }

    @Test
    void aRowThatWasCutOffIsNamed() throws IOException {
        assertRefused("line 3 with 1 fields where the head has 2", "strategy,turn\nstatic,1\nstat");
    }

    @Test
    void anOpenQuoteIsNamed() throws IOException {
        String message = refusal("strategy,turn\nstatic,\"1\n");
        assertEquals(
                true,
                message.startsWith(
                        folder.resolve("turns.csv")
                                + ": expected the turns as this suite writes them, found "),
                message);
        assertEquals(true, message.endsWith("Remove the file to see the rest."), message);
        assertEquals(
                true, message.contains("EOF reached before encapsulated token finished"), message);
    }

    @Test
    void columnsOfOneNameAreRefused() throws IOException {
        assertRefused("two columns of one name", "strategy,turn,strategy\na,1,b\n");
    }

    @Test
    void bytesThatAreNoUtf8AreReadAsSomething() throws IOException {
        Files.write(
                folder.resolve("turns.csv"),
                "strategy\nst\u00e4tic\n".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals("st\ufffdtic", TurnRows.in(folder).getFirst().strategy());
    }

    private void assertRefused(String found, String text) throws IOException {
        assertEquals(
                "%s: expected the turns as this suite writes them, found %s. Remove the file to see the rest."
                        .formatted(folder.resolve("turns.csv"), found),
                refusal(text));
    }

    private String refusal(String text) {
        return assertThrows(InputException.class, () -> read(text)).getMessage();
    }

    private List<TurnRow> read(String text) throws IOException {
        Files.writeString(folder.resolve("turns.csv"), text);
        return TurnRows.in(folder);
    }
}
