package kvbench.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import kvbench.model.InputException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class RunContextTest {
    private static final RunContext CONTEXT = SomeContext.quiet();

    @TempDir Path folder;

    @Test
    void whatIsWrittenIsReadBackEqual() {
        CONTEXT.write(folder);
        assertEquals(CONTEXT, RunContext.read(folder.resolve("context.json")));
    }

    @Test
    void anUnknownNumberIsWrittenAsTheStringNaN() throws IOException {
        RunContext unknown = SomeContext.with("/memory/usableBytes", "\"NaN\"");
        unknown.write(folder);
        JsonNode json = json();
        assertEquals("\"NaN\"", json.at("/memory/usableBytes").toString());
        assertEquals(
                "{\"origin\":\"seeded\",\"seed\":42}", json.at("/models/0/weights").toString());
        assertEquals("{\"origin\":\"as found\"}", json.at("/models/1/weights").toString());
        assertEquals(unknown, RunContext.read(file()));
    }

    @Test
    void aContextTakenHereHoldsNoNullAndIsReadBackEqual() throws IOException {
        var now =
                RunContext.now(
                        Runtime.unknown("none was loaded"),
                        List.of(),
                        new Plan(List.of(), 1, "1/1"),
                        List.of("bench"));
        now.write(folder);
        assertEquals(now, RunContext.read(folder.resolve("context.json")));
        assertFalse(json().toString().contains("null"));
        assertEquals("unknown: none was loaded", now.runtime().version());
        assertEquals("unknown: not run from benchmarks.jar", now.source().suiteVersion());
        assertTrue(now.source().codeSha256().matches("[0-9a-f]{64}"), now.source().toString());
        assertTrue(now.cpu().usableCores() >= 1, "cores");
    }

    @Test
    void whatIsWrittenAgainReplacesWhatWasThere() {
        CONTEXT.withParity(List.of()).write(folder);
        CONTEXT.write(folder);
        assertEquals(CONTEXT, RunContext.read(file()));
        assertFalse(Files.exists(folder.resolve("context.json.part")));
    }

    @Test
    void checkedTokensAreAllThatChanges() {
        RunContext unchecked = CONTEXT.withParity(List.of());
        assertEquals(List.of(), unchecked.parity());
        assertEquals(CONTEXT, unchecked.withParity(CONTEXT.parity()));
    }

    @Test
    void fieldsOfANewerSuiteArePassedOver() throws IOException {
        CONTEXT.write(folder);
        rewrite("\"jvm\" :", "\"tpus\" : { \"name\" : \"T\" },\n  \"jvm\" :");
        assertEquals(CONTEXT, RunContext.read(folder.resolve("context.json")));
    }

    @Test
    void whatAnOlderSuiteDidNotTellIsUnknown() throws IOException {
        CONTEXT.write(folder);
        rewrite("\"builtFor\" : \"CPU\",", "");
        assertEquals(
                SomeContext.with(
                        CONTEXT,
                        "/runtime/builtFor",
                        "\"unknown: the suite that ran did not tell it yet\""),
                RunContext.read(file()));
    }

    @Test
    void anOlderSuiteChoseNothingBesideProviderAndThreadsAndKnewNoNearTies() throws IOException {
        var different =
                new Parity.Different(
                        8,
                        "ab",
                        3,
                        new Parity.Token(1, "yes"),
                        new Parity.Token(2, "no"),
                        0.5,
                        0.25,
                        false);
        RunContext context =
                CONTEXT.withParity(
                        List.of(
                                new Parity(
                                        "tiny", "cpu", "2", Map.of(), "static", true, different)));
        context.write(folder);
        String json = Files.readString(file());
        String older =
                json.replaceAll(",\\s*\"nearTie\" : false", "")
                        .replaceAll("\"choices\" : \\{ ?},\\s*", "");
        assertFalse(older.contains("nearTie") || older.contains("choices"), older);
        Files.writeString(file(), older);
        assertEquals(context, RunContext.read(file()));
    }

    @Test
    void anotherSchemaIsRefused() throws IOException {
        CONTEXT.write(folder);
        rewrite("\"schemaVersion\" : 3", "\"schemaVersion\" : 1");
        assertEquals(
                file()
                        + ": expected \"schemaVersion\": 3, found 1. Give a context.json that this"
                        + " suite wrote, or remove it.",
                refusal());
    }

    @Test
    void aMissingFieldIsNamed() throws IOException {
        CONTEXT.write(folder);
        rewrite("\"suiteVersion\" : \"0.1.0\",", "");
        assertEquals(
                file()
                        + ": expected a context at source.suiteVersion, found Missing creator"
                        + " property 'suiteVersion' (index 0). Give a context.json that this suite"
                        + " wrote, or remove it.",
                refusal());
    }

    @Test
    void nullIsRefused() throws IOException {
        CONTEXT.write(folder);
        rewrite("\"usableCores\" : 2", "\"usableCores\" : null");
        assertTrue(
                refusal().startsWith(file() + ": expected a context at cpu.usableCores, found "));
    }

    @Test
    void textThatIsNotJsonIsRefused() throws IOException {
        Files.writeString(file(), "{ oops");
        assertTrue(
                refusal()
                        .startsWith(
                                file() + ": expected JSON, found text that is not (Unexpected"));
        Files.writeString(file(), "");
        assertEquals(
                file()
                        + ": expected \"schemaVersion\": 3, found none. Give a context.json that"
                        + " this suite wrote, or remove it.",
                refusal());
    }

    @Test
    void aFileThatIsNotThereIsRefused() {
        assertEquals(
                file()
                        + ": expected a file that can be read, found"
                        + " java.nio.file.NoSuchFileException: "
                        + file()
                        + ". Give a context.json that this suite wrote, or remove it.",
                refusal());
    }

    @Test
    void aFolderThatIsNotThereCannotBeWrittenTo() {
        Path missing = folder.resolve("missing");
        Path file = missing.resolve("context.json");
        assertEquals(
                "%s: expected a folder that can be written to, found java.nio.file.NoSuchFileException: %s.part. Name another folder."
                        .formatted(file, file),
                assertThrows(InputException.class, () -> CONTEXT.write(missing)).getMessage());
    }

    private Path file() {
        return folder.resolve("context.json");
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(file().toFile());
    }

    private void rewrite(String from, String to) throws IOException {
        String text = Files.readString(file());
        assertTrue(text.contains(from), from);
        Files.writeString(file(), text.replace(from, to));
    }

    private String refusal() {
        return assertThrows(InputException.class, () -> RunContext.read(file())).getMessage();
    }
}
