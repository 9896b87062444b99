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
import java.util.TreeMap;
import java.util.stream.StreamSupport;

class TokenGapsTest {
    @TempDir Path folder;

    @Test
    void gapsAreCountedByStrategyToAHundredth() throws IOException {
        // Gaps of 2 and 4 ms, then of 2 and 2 ms: three of four are at most 2 ms
        TokenGaps gaps =
                read(
                        """
                        {"strategy":"a","nanos":[5000000,7000000,11000000]}
                        {"strategy":"a","nanos":[1,2000001,4000001]}
                        {"strategy":"b","nanos":[0,1000000000]}
                        """);
        assertEquals(List.of("a", "b"), strategies(gaps));
        TreeMap<Double, Double> parts = gaps.cumulative("a");
        assertEquals(2, parts.size());
        assertEquals(0.002, parts.firstKey(), 0.002 * 0.005);
        assertEquals(0.75, parts.firstEntry().getValue());
        assertEquals(0.004, parts.lastKey(), 0.004 * 0.005);
        assertEquals(1, parts.lastEntry().getValue());
        assertEquals(1, gaps.cumulative("b").firstKey(), 0.005);
        assertEquals(new TreeMap<>(), gaps.cumulative("c"));
    }

    @Test
    void onlyTheTurnsThatAreWantedCount() throws IOException {
        write(
                "{\"strategy\":\"a\",\"turn\":1,\"nanos\":[0,1]}\n"
                        + "{\"strategy\":\"b\",\"turn\":2,\"nanos\":[0,1]}\n");
        assertEquals(
                List.of("b"),
                strategies(TokenGaps.in(folder, turn -> turn.apply("turn").equals("2"))));
    }

    @Test
    void answersOfOneTokenAndClocksThatStoodStillHaveNoGaps() throws IOException {
        TokenGaps gaps =
                read(
                        "{\"strategy\":\"a\",\"nanos\":[5]}\n"
                                + "{\"strategy\":\"a\",\"nanos\":[7,7,6]}\n");
        assertEquals(new TreeMap<>(), gaps.cumulative("a"));
    }

    @Test
    void aGapWithoutEndIsNone() throws IOException {
        assertEquals(
                new TreeMap<>(),
                read("{\"strategy\":\"a\",\"nanos\":[0,1e999]}\n").cumulative("a"));
    }

    @Test
    void aRunWithoutTheFileHasNone() {
        assertEquals(List.of(), strategies(TokenGaps.in(folder, turn -> true)));
    }

    @Test
    void aLineThatIsNoTurnIsNamed() {
        String found = "no object with an array \"nanos\" of numbers";
        assertRefused(2, found, "{\"nanos\":[]}\n[1]\n");
        assertRefused(1, found, "{\"nanos\":{}}\n");
        assertRefused(1, found, "{\"nanos\":[1,\"NaN\"]}\n");
        assertRefused(1, found, "{\"strategy\":\"a\"}\n");
        assertRefused(2, found, "{\"nanos\":[]}\n\n");
    }

    @Test
    void aLineThatWasCutOffIsNamed() {
        String message = refusal("{\"nanos\":[1]}\n{\"nanos\":[1,2");
        assertEquals(
                "%s: expected a JSON object of a turn in line 2, found Unexpected end-of-input: expected close marker for Array. Remove the file to see the rest."
                        .formatted(folder.resolve("tokens.jsonl")),
                message);
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() throws IOException {
        Files.write(
                folder.resolve("tokens.jsonl"),
                "{\"strategy\":\"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(
                "%s: expected a JSON object of a turn in line 1, found java.nio.charset.MalformedInputException: Input length = 1. Remove the file to see the rest."
                        .formatted(folder.resolve("tokens.jsonl")),
                assertThrows(InputException.class, () -> TokenGaps.in(folder, turn -> true))
                        .getMessage());
    }

    @Test
    void theComplaintCarriesNoControlCharacters() {
        String message = refusal("{\"nanos\": \u001b[31m}\n");
        assertEquals(-1, message.indexOf('\u001b'), message);
    }

    private void assertRefused(int line, String found, String text) {
        assertEquals(
                "%s: expected a JSON object of a turn in line %d, found %s. Remove the file to see the rest."
                        .formatted(folder.resolve("tokens.jsonl"), line, found),
                refusal(text));
    }

    private String refusal(String text) {
        return assertThrows(InputException.class, () -> read(text)).getMessage();
    }

    private TokenGaps read(String text) throws IOException {
        write(text);
        return TokenGaps.in(folder, turn -> true);
    }

    private void write(String text) throws IOException {
        Files.writeString(folder.resolve("tokens.jsonl"), text);
    }

    private static List<String> strategies(TokenGaps gaps) {
        return StreamSupport.stream(gaps.strategies().spliterator(), false).toList();
    }
}
