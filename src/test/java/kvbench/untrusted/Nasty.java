package kvbench.untrusted;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** What nobody writes who means well. */
public final class Nasty {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of a field: much more than any has, and little enough to try it on each. */
    private static final int DEEP = 5_000;

    private static final int LONG = 20_000;

    /** Of a document. */
    private static final int DEEPEST = 100_000;

    private static final int LONGEST = 1_000_000;

    /** What a field's value may be in place of what it should be. */
    private static final List<String> VALUES =
            List.of(
                    "null",
                    "true",
                    "0",
                    "-1",
                    "0.5",
                    "-0.0",
                    "1e400",
                    "1e-400",
                    "1e999999999",
                    "-1e-999999999",
                    "2147483647",
                    "2147483648",
                    "16777215",
                    "9223372036854775807",
                    "9223372036854775808",
                    "9".repeat(900),
                    "9".repeat(5000),
                    "0." + "3".repeat(5000),
                    "\"\"",
                    "\" \"",
                    "\"NaN\"",
                    "\"../../etc/passwd\"",
                    "\"/etc/passwd\"",
                    "\"a\\u0000b\"",
                    "\"two\\nlines\\u001b[31m\\u007f\\u0085\\u2028\"",
                    "\"\\ud800\"",
                    "\"%s %n %1$s\"",
                    "\"" + "long".repeat(LONG / 4) + "\"",
                    "[]",
                    "[null]",
                    "[[]]",
                    "[\"\", 0]",
                    "[" + "0,".repeat(LONG / 2) + "0]",
                    "{}",
                    "{\"\":null}",
                    "{\"two\\nlines\":0}",
                    "[".repeat(900) + "]".repeat(900),
                    "[".repeat(DEEP) + "]".repeat(DEEP),
                    "{\"a\":".repeat(DEEP) + "0" + "}".repeat(DEEP),
                    "[".repeat(DEEP));

    private static final List<byte[]> TEXTS =
            Stream.of(
                            "",
                            " ",
                            "\u0000",
                            "\uFEFF{}",
                            "{",
                            "}",
                            "[",
                            "{}{}",
                            "{} x",
                            "[] []",
                            "null null",
                            "'a'",
                            "{a:1}",
                            "{\"a\":1,\"a\":2}",
                            "{\"a\":1,}",
                            "{\"a\" 1}",
                            "/* */ {}",
                            "nul",
                            "NaN",
                            "-",
                            "\"",
                            "\"\\",
                            "{\"" + "k".repeat(100_000) + "\":0}",
                            "two\nlines\u001b[31m",
                            "[".repeat(DEEPEST) + "]".repeat(DEEPEST),
                            "[".repeat(DEEPEST),
                            "{\"a\":".repeat(DEEPEST) + "0" + "}".repeat(DEEPEST),
                            "[" + "0,".repeat(LONGEST / 2) + "0]",
                            "\"" + "long".repeat(LONGEST / 4) + "\"",
                            "9".repeat(LONGEST),
                            " ".repeat(LONGEST))
                    .map(text -> text.getBytes(StandardCharsets.UTF_8))
                    .toList();

    private static final List<byte[]> BYTES =
            List.of(
                    new byte[] {(byte) 0xff, (byte) 0xfe, '{', 0, '}', 0},
                    new byte[] {'{', '"', (byte) 0xc3, '"', '}'},
                    new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'},
                    new byte[LONGEST]);

    private Nasty() {}

    /**
     * Gives {@code taker} what can go wrong with a document: other texts, other bytes, each of its
     * values replaced by each of a list, each of its fields left out or given twice, a field more,
     * and the text cut off.
     *
     * @param json one that a reader takes
     */
    public static void of(String json, Consumer<byte[]> taker) {
        TEXTS.forEach(taker);
        BYTES.forEach(taker);
        VALUES.forEach(value -> taker.accept(bytes(value)));
        truncations(json).forEach(taker);
        JsonNode root = tree(json);
        changeEach(root, taker, root);
    }

    private static Stream<byte[]> truncations(String json) {
        int step = Math.max(1, json.length() / 100);
        return Stream.iterate(0, end -> end < json.length(), end -> end + step)
                .map(end -> bytes(json.substring(0, end)));
    }

    private static void changeEach(JsonNode root, Consumer<byte[]> taker, JsonNode parent) {
        if (parent instanceof ObjectNode object) {
            var names = new ArrayList<String>();
            object.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                JsonNode before = object.get(name);
                replaced(root, value -> object.replace(name, value), taker);
                object.replace(name, before);
                taker.accept(twice(root, object, name));
                object.replace(name, before);
                changeEach(root, taker, before);
                object.remove(name);
                taker.accept(bytes(root.toString()));
                object.set(name, before);
            }
            object.put("no field of this\nname", 1);
            taker.accept(bytes(root.toString()));
            object.remove("no field of this\nname");
        } else if (parent instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                int index = i;
                JsonNode before = array.get(i);
                replaced(root, value -> array.set(index, value), taker);
                array.set(i, before);
                changeEach(root, taker, before);
            }
        }
    }

    private static void replaced(
            JsonNode root, Function<JsonNode, JsonNode> replace, Consumer<byte[]> taker) {
        for (String value : VALUES) {
            replace.apply(JSON.getNodeFactory().rawValueNode(new RawValue(value)));
            taker.accept(bytes(root.toString()));
        }
    }

    /** A value that carries the field once more behind it. */
    private static byte[] twice(JsonNode root, ObjectNode parent, String name) {
        String value = parent.get(name).toString();
        parent.replace(
                name,
                JSON.getNodeFactory()
                        .rawValueNode(new RawValue(value + "," + quoted(name) + ":" + value)));
        return bytes(root.toString());
    }

    private static String quoted(String name) {
        return JSON.getNodeFactory().textNode(name).toString();
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
