package kvbench.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import kvbench.model.InputException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

class ScenariosTest {
    private static final Path FOLDER = Path.of("src/main/resources/kvbench/scenarios");
    private static final JsonMapper JSON = new JsonMapper();
    private static final Schema SCHEMA = schema();

    @TempDir Path temporary;

    private static Schema schema() {
        try {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(
                            Files.readString(FOLDER.resolve("scenario.schema.json")),
                            InputFormat.JSON);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<String> names() {
        return Scenarios.names();
    }

    @Test
    void namesEveryFileOfTheFolder() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertEquals(
                    Stream.concat(names().stream(), Stream.of("scenario.schema"))
                            .map(name -> name + ".json")
                            .sorted()
                            .toList(),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void loadsWhatTheFileSays(String name) throws IOException {
        Scenario scenario = Scenarios.load(name);
        JsonNode file = JSON.readTree(Files.readString(FOLDER.resolve(name + ".json")));
        assertEquals(name, scenario.name());
        assertEquals(15, scenario.turns().size());
        assertEquals(file, JSON.valueToTree(scenario));
    }

    @ParameterizedTest
    @MethodSource("names")
    void theSchemaAcceptsEachOne(String name) throws IOException {
        String json = Files.readString(FOLDER.resolve(name + ".json"));
        assertEquals(List.of(), SCHEMA.validate(json, InputFormat.JSON));
    }

    @Test
    void anUnknownNameListsTheKnownOnes() {
        var e = assertThrows(InputException.class, () -> Scenarios.load("banking"));
        assertTrue(e.isWrongUse());
        assertEquals(
                "scenario: expected one of insurance_claim_auto, insurance_policy_update,"
                        + " insurance_life_beneficiary, banking_open_account,"
                        + " banking_loan_application, ecommerce_support or the path of a .json"
                        + " file, found \"banking\". Choose one of them.",
                e.getMessage());
    }

    @Test
    void aMissingFileIsWrongUse() {
        Path file = temporary.resolve("mine.json");
        var e = assertThrows(InputException.class, () -> Scenarios.load(file.toString()));
        assertTrue(e.isWrongUse());
        assertTrue(e.getMessage().endsWith("found no file " + file + ". Check the path."));
    }

    @ParameterizedTest
    @MethodSource("ownTurns")
    void aFileOfOnesOwnMayHaveOneToAThousandTurns(int turns) throws IOException {
        ObjectNode json = own(turns);
        assertEquals(List.of(), SCHEMA.validate(json));
        Scenario scenario = Scenarios.load(write(json.toString()));
        assertEquals(turns, scenario.turns().size());
        assertEquals(new Scenario.Turn("question 0", "answer 0"), scenario.turns().getFirst());
    }

    static List<Integer> ownTurns() {
        return List.of(1, 2, 1000);
    }

    @ParameterizedTest
    @MethodSource("broken")
    void whatTheSchemaRefusesIsRefusedNamingTheField(
            Consumer<ObjectNode> breaking, String complaint) throws IOException {
        ObjectNode json = own(4);
        breaking.accept(json);
        assertFalse(SCHEMA.validate(json).isEmpty());
        assertRefused(json.toString(), complaint);
    }

    static List<Arguments> broken() {
        return List.of(
                broken(s -> s.remove("domain"), "domain to be a value, found none"),
                broken(s -> s.remove("turns"), "turns to be a value, found none"),
                broken(
                        s -> s.put("note", "x"),
                        "note to be only the keys name, domain, title, system, turns, found this"
                                + " one"),
                broken(
                        s -> s.put("title", " \n"),
                        "title to be text that is not blank, found \" \\n\""),
                broken(s -> s.put("system", 5), "system to be text that is not blank, found 5"),
                broken(s -> s.putNull("system"), "system to be text that is not blank, found null"),
                broken(
                        s -> s.put("name", "my own"),
                        "name to be letters, digits, _ and - only, found \"my own\""),
                broken(s -> s.putObject("turns"), "turns to be a list, found an object"),
                broken(s -> s.putArray("turns"), "turns to be 1 to 1000, found 0"),
                broken(
                        s -> s.set("turns", own(1001).path("turns")),
                        "turns to be 1 to 1000, found 1001"),
                broken(
                        s -> turn(s, 3).put("user", ""),
                        "turns[3].user to be text that is not blank, found \"\""),
                broken(
                        s -> turn(s, 3).remove("assistant"),
                        "turns[3].assistant to be a value, found none"),
                broken(
                        s -> turn(s, 2).put("tool", "x"),
                        "turns[2].tool to be only the keys user, assistant, found this one"),
                broken(
                        s -> ((ArrayNode) s.path("turns")).set(1, "hello"),
                        "turns[1] to be a JSON object, found \"hello\""));
    }

    private static Arguments broken(Consumer<ObjectNode> breaking, String complaint) {
        return Arguments.of(breaking, complaint);
    }

    private static ObjectNode turn(ObjectNode scenario, int turn) {
        return (ObjectNode) scenario.path("turns").path(turn);
    }

    @Test
    void aNameUnlikeTheFilesIsRefused() throws IOException {
        assertRefused(
                own(1).put("name", "yours").toString(),
                "name to be \"mine\", as the file is called, found \"yours\"");
    }

    @Test
    void whatIsNoJsonObjectIsRefused() throws IOException {
        assertRefused("[]", "a JSON object, found a list");
        assertRefused("", "a JSON object, found an empty file");
        assertRefused(
                "{\"name\": \"mine\",\n\"name\": \"mine\"}",
                "a JSON object, found what is not JSON (line 2: Duplicate field 'name')");
        assertRefused(
                own(1) + " }",
                "a JSON object, found what is not JSON (line 1: Unexpected close marker '}': no"
                        + " open Object to close)");
    }

    @Test
    void whatIsNoUtf8IsRefused() throws IOException {
        Path file = temporary.resolve("mine.json");
        Files.write(file, new byte[] {'{', (byte) 0xFF, '}'});
        var e = assertThrows(InputException.class, () -> Scenarios.load(file.toString()));
        assertEquals(
                file
                        + ": expected a readable file in UTF-8, found"
                        + " java.nio.charset.MalformedInputException: Input length = 1. Check its"
                        + " permissions and its encoding.",
                e.getMessage());
    }

    @Test
    void aBundledScenarioHasExactlyFifteenTurns() {
        var e =
                assertThrows(
                        InputException.class,
                        () -> new ScenarioReader("mine.json", 15, 15).read(own(14) + "", "mine"));
        assertEquals(
                "mine.json: expected turns to be exactly 15, found 14. Mend the file;"
                        + " scenario.schema.json gives its form.",
                e.getMessage());
    }

    private void assertRefused(String json, String complaint) throws IOException {
        String file = write(json);
        var e = assertThrows(InputException.class, () -> Scenarios.load(file));
        assertFalse(e.isWrongUse());
        assertEquals(
                "%s: expected %s. Mend the file; scenario.schema.json gives its form."
                        .formatted(file, complaint),
                e.getMessage());
    }

    private String write(String json) throws IOException {
        return Files.writeString(temporary.resolve("mine.json"), json).toString();
    }

    private static ObjectNode own(int turns) {
        ObjectNode json =
                JSON.createObjectNode()
                        .put("name", "mine")
                        .put("domain", "testing")
                        .put("title", "A file of one's own")
                        .put("system", "Be brief.");
        ArrayNode list = json.putArray("turns");
        for (int turn = 0; turn < turns; turn++) {
            list.addObject().put("user", "question " + turn).put("assistant", "answer " + turn);
        }
        return json;
    }
}
