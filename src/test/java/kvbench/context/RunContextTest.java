package kvbench.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import kvbench.model.ElementType;
import kvbench.model.InputException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class RunContextTest {
    private static final RunContext CONTEXT =
            new RunContext(
                    1,
                    "2026-01-02T03:04:05Z",
                    new Host("box", "Linux", "6.1", "Some CPU", 2, Double.NaN, 0.5, "performance"),
                    new Jvm("Vendor", "VM", "25+36", List.of("-Xmx1g")),
                    new Runtime("1.29.0", "build", "/lib/ort.so", "cpu", Map.of()),
                    new Source("0.1.0", "abc", "main", "clean"),
                    List.of(
                            model("tiny", new Model.Seeded(42)),
                            model("real", new Model.AsFound())),
                    List.of("bench", "-f", "1"));

    @TempDir Path folder;

    private static Model model(String name, Model.Weights weights) {
        return new Model(name, name, 10, ElementType.FLOAT32, weights, "00", 40);
    }

    @Test
    void whatIsWrittenIsReadBackEqual() {
        CONTEXT.write(folder);
        assertEquals(CONTEXT, RunContext.read(folder.resolve("context.json")));
    }

    @Test
    void anUnknownNumberIsWrittenAsTheStringNaN() throws IOException {
        CONTEXT.write(folder);
        JsonNode json = json();
        assertEquals("\"NaN\"", json.at("/host/memoryBytes").toString());
        assertEquals(
                "{\"origin\":\"seeded\",\"seed\":42}", json.at("/models/0/weights").toString());
        assertEquals("{\"origin\":\"as found\"}", json.at("/models/1/weights").toString());
    }

    @Test
    void aContextTakenHereHoldsNoNullAndIsReadBackEqual() throws IOException {
        var now = RunContext.now(Runtime.unknown("none was loaded"), List.of(), List.of("bench"));
        now.write(folder);
        assertEquals(now, RunContext.read(folder.resolve("context.json")));
        assertFalse(json().toString().contains("null"));
        assertEquals("unknown: none was loaded", now.runtime().version());
        assertEquals("unknown: not run from benchmarks.jar", now.source().suiteVersion());
        assertTrue(now.host().cores() >= 1, "cores");
    }

    @Test
    void fieldsOfANewerSuiteArePassedOver() throws IOException {
        CONTEXT.write(folder);
        rewrite("\"jvm\" :", "\"gpu\" : { \"name\" : \"G\" },\n  \"jvm\" :");
        assertEquals(CONTEXT, RunContext.read(folder.resolve("context.json")));
    }

    @Test
    void anotherSchemaIsRefused() throws IOException {
        CONTEXT.write(folder);
        rewrite("\"schemaVersion\" : 1", "\"schemaVersion\" : 2");
        assertEquals(
                file()
                        + ": expected \"schemaVersion\": 1, found 2. Give a context.json that this"
                        + " suite wrote, or remove it.",
                refusal());
    }

    @Test
    void aMissingFieldIsNamed() throws IOException {
        CONTEXT.write(folder);
        rewrite("\"commit\" : \"abc\",", "");
        assertEquals(
                file()
                        + ": expected a context at source.commit, found Missing creator"
                        + " property 'commit' (index 1). Give a context.json that this suite wrote,"
                        + " or remove it.",
                refusal());
    }

    @Test
    void nullIsRefused() throws IOException {
        CONTEXT.write(folder);
        rewrite("\"cores\" : 2", "\"cores\" : null");
        assertTrue(refusal().startsWith(file() + ": expected a context at host.cores, found "));
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
                        + ": expected \"schemaVersion\": 1, found none. Give a context.json that"
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
                "%s: expected a folder that can be written to, found java.nio.file.NoSuchFileException: %s. Name another folder."
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
