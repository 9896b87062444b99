package kvbench.context;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import kvbench.model.ElementType;

import java.util.List;
import java.util.Map;

/** A context for tests, and variants of it. */
public final class SomeContext {
    private static final JsonMapper JSON = new JsonMapper();

    private SomeContext() {}

    /** Of a quiet machine of two cores without a GPU; models "tiny", seeded, and "real". */
    public static RunContext quiet() {
        return new RunContext(
                RunContext.SCHEMA_VERSION,
                "2026-01-02T03:04:05Z",
                new Host("box", "Linux (Some Linux 12)", "6.1", "none seen", 0.5),
                new Cpu(
                        "Some CPU",
                        "amd64",
                        2,
                        4,
                        2,
                        1,
                        1,
                        "on",
                        "performance",
                        "off",
                        List.of("avx2", "fpu", "sse2")),
                new Memory(4L << 30, 4L << 30, 3L << 30, 0, 0, "madvise"),
                new Limits("none", "none"),
                Gpus.unknown("no driver"),
                new Jvm("Vendor", "VM", "25+36", List.of("-Xmx1g")),
                new Runtime(
                        "1.29.0",
                        "build",
                        "CPU",
                        "/lib/ort.so",
                        "0a",
                        new Runtime.Computing(
                                "cpu",
                                List.of(2),
                                "float32",
                                Map.of("graph_optimization_level", "all")),
                        Map.of()),
                new Source(
                        "0.1.0",
                        "c0",
                        new Revision("abc", "main", "clean"),
                        new Revision("abc", "main", "clean")),
                List.of(
                        model("tiny", new Model.Seeded(42), ElementType.FLOAT32),
                        model("real", new Model.AsFound(), ElementType.BFLOAT16)),
                new Plan(
                        List.of(
                                new Plan.Arm(
                                        "b.Bench.run", Map.of("strategy", "static"), 4, 3, 5, 2.5)),
                        7,
                        "1/1"),
                List.of(
                        new Parity(
                                "tiny",
                                "cpu",
                                "2",
                                Map.of(),
                                "static",
                                true,
                                new Parity.Equal(8, "t0", 0, 1)),
                        new Parity(
                                "tiny",
                                "cpu",
                                "2",
                                Map.of(),
                                "int8",
                                false,
                                new Parity.Failed("no kernel"))),
                List.of("bench", "-f", "1"));
    }

    private static Model model(String name, Model.Weights weights, ElementType type) {
        return new Model(
                name,
                name,
                10,
                type,
                weights,
                "00",
                "11",
                List.of(new Model.WeightFile("model.safetensors", 40, name + "-hash", "read")));
    }

    /** {@link #quiet} with {@code json} at {@code pointer}. */
    public static RunContext with(String pointer, String json) {
        return with(quiet(), pointer, json);
    }

    /** {@code context} with {@code json} at {@code pointer}. */
    public static RunContext with(RunContext context, String pointer, String json) {
        try {
            JsonNode tree = JSON.valueToTree(context);
            int last = pointer.lastIndexOf('/');
            JsonNode parent = tree.at(pointer.substring(0, last));
            String name = pointer.substring(last + 1);
            switch (parent) {
                case ObjectNode object -> object.set(name, JSON.readTree(json));
                case ArrayNode array -> array.set(Integer.parseInt(name), JSON.readTree(json));
                default -> throw new IllegalArgumentException(pointer);
            }
            return JSON.treeToValue(tree, RunContext.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(pointer + " " + json, e);
        }
    }

    /** {@link #quiet}, built from {@code commit}. */
    public static RunContext ofCommit(String commit) {
        return with("/source/built/commit", "\"" + commit + "\"");
    }
}
