package kvbench.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;

import kvbench.model.InputException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads one scenario strictly: what {@code scenario.schema.json} refuses is refused here, naming
 * the file and the field; so is a name unlike the file's, which a schema cannot see.
 */
final class ScenarioReader {
    /** A name goes into tables, parameters and file names, so it needs no quoting anywhere. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");

    private static final List<String> KEYS = List.of("name", "domain", "title", "system", "turns");
    private static final List<String> TURN_KEYS = List.of("user", "assistant");

    private static final ObjectReader JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .reader();

    private final String source;
    private final int fewestTurns;
    private final int mostTurns;

    /**
     * @param source the file's name, for messages
     */
    ScenarioReader(String source, int fewestTurns, int mostTurns) {
        this.source = source;
        this.fewestTurns = fewestTurns;
        this.mostTurns = mostTurns;
    }

    Scenario read(String json, String expectedName) {
        JsonNode root = parse(json);
        requireKeys(root, KEYS, "");
        String name = text(root, "name", "");
        requireThat(
                NAME.matcher(name).matches(),
                "name",
                "letters, digits, _ and - only",
                "\"" + name + "\"");
        requireThat(
                name.equals(expectedName),
                "name",
                "\"" + expectedName + "\", as the file is called",
                "\"" + name + "\"");
        return new Scenario(
                name,
                text(root, "domain", ""),
                text(root, "title", ""),
                text(root, "system", ""),
                turns(root.path("turns")));
    }

    private JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            // A document beyond the parser's limits has no location.
            String line =
                    e.getLocation() == null
                            ? ""
                            : "line %d: ".formatted(e.getLocation().getLineNr());
            String found =
                    "what is not JSON (%s%s)"
                            .formatted(line, InputException.quote(e.getOriginalMessage()));
            throw InputException.unusable(complaint("a JSON object", found), e);
        }
    }

    private List<Scenario.Turn> turns(JsonNode node) {
        requireThat(node.isArray(), "turns", "a list", described(node));
        requireThat(
                node.size() >= fewestTurns && node.size() <= mostTurns,
                "turns",
                fewestTurns == mostTurns
                        ? "exactly " + mostTurns
                        : fewestTurns + " to " + mostTurns,
                "" + node.size());
        var turns = new ArrayList<Scenario.Turn>();
        for (JsonNode turn : node) {
            String place = "turns[" + turns.size() + "]";
            requireKeys(turn, TURN_KEYS, place);
            turns.add(
                    new Scenario.Turn(
                            text(turn, "user", place + "."), text(turn, "assistant", place + ".")));
        }
        return turns;
    }

    private void requireKeys(JsonNode node, List<String> keys, String place) {
        requireThat(node.isObject(), place, "a JSON object", described(node));
        String parent = place.isEmpty() ? "" : place + ".";
        for (String key : keys) {
            requireThat(node.has(key), parent + key, "a value", "none");
        }
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            requireThat(
                    keys.contains(property.getKey()),
                    parent + property.getKey(),
                    "only the keys " + String.join(", ", keys),
                    "this one");
        }
    }

    private String text(JsonNode parent, String key, String place) {
        JsonNode node = parent.path(key);
        requireThat(
                node.isTextual() && !node.textValue().isBlank(),
                place + key,
                "text that is not blank",
                described(node));
        return node.textValue();
    }

    private static String described(JsonNode node) {
        if (node.isMissingNode()) {
            return "an empty file";
        }
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            default -> node.toString();
        };
    }

    private void requireThat(boolean holds, String field, String expected, String found) {
        if (!holds) {
            throw InputException.unusable(
                    complaint(
                            field.isEmpty()
                                    ? expected
                                    : InputException.quote(field) + " to be " + expected,
                            InputException.quote(found)));
        }
    }

    private String complaint(String expected, String found) {
        return "%s: expected %s, found %s. Mend the file; scenario.schema.json gives its form."
                .formatted(source, expected, found);
    }
}
