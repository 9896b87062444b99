package kvbench.context;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import kvbench.model.InputException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a run was measured on: {@code context.json} beside its {@code results.json}.
 *
 * <p>It holds no null: text that could not be told says {@code unknown:} and why, a number that
 * could not be told is NaN, written as the string {@code "NaN"}. Fields that a newer suite adds are
 * passed over in reading.
 *
 * @param schemaVersion {@link #SCHEMA_VERSION} of the suite that wrote it
 * @param utc when the run began, in UTC, to the second (ISO 8601)
 * @param host the machine and its system
 * @param cpu its processor
 * @param memory its memory
 * @param limits what a container or a batch job lets the run use
 * @param gpus its GPUs
 * @param jvm the Java that started it
 * @param runtime the ONNX Runtime that computed
 * @param source the version of this suite
 * @param models the models used
 * @param plan what was to be measured
 * @param parity how each strategy's tokens stood against those of no cache, before the first
 *     measurement; empty where that was not checked
 * @param arguments the command line's words, as given
 */
public record RunContext(
        int schemaVersion,
        String utc,
        Host host,
        Cpu cpu,
        Memory memory,
        Limits limits,
        Gpus gpus,
        Jvm jvm,
        Runtime runtime,
        Source source,
        List<Model> models,
        Plan plan,
        List<Parity> parity,
        List<String> arguments) {
    /** Raised when a field changes its meaning or goes; not when one is added. */
    public static final int SCHEMA_VERSION = 3;

    /** Name of the file in a run's folder. */
    public static final String FILE_NAME = "context.json";

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    public RunContext {
        models = List.copyOf(models);
        parity = List.copyOf(parity);
        arguments = List.copyOf(arguments);
    }

    /**
     * The context of a run that begins now, here. Never fails, and waits for nothing longer than 20
     * seconds: what does not answer is unknown.
     */
    public static RunContext now(
            Runtime runtime, List<Model> models, Plan plan, List<String> arguments) {
        return new RunContext(
                SCHEMA_VERSION,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Host.here(),
                Cpu.here(),
                Memory.here(),
                Limits.here(),
                Gpus.here(),
                Jvm.here(),
                runtime,
                Source.here(),
                models,
                plan,
                List.of(),
                arguments);
    }

    /** The same with the strategies' tokens checked. */
    public RunContext withParity(List<Parity> checked) {
        return new RunContext(
                schemaVersion,
                utc,
                host,
                cpu,
                memory,
                limits,
                gpus,
                jvm,
                runtime,
                source,
                models,
                plan,
                checked,
                arguments);
    }

    /**
     * Writes {@link #FILE_NAME} into a run's folder; one that is there is replaced in one piece.
     *
     * @throws InputException if the folder cannot be written to
     */
    public void write(Path folder) {
        Path file = folder.resolve(FILE_NAME);
        try {
            Path partial = folder.resolve(FILE_NAME + ".part");
            Files.write(partial, toJson());
            Files.move(
                    partial,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected a folder that can be written to, found %s. Name another folder."
                            .formatted(file, e),
                    e);
        }
    }

    /**
     * The context of runs that were joined: what the first was measured on, and the models, arms
     * and checked tokens of all. The runtime is that of a run that loaded one.
     */
    public static RunContext joined(List<RunContext> runs) {
        RunContext first = runs.getFirst();
        Map<String, Model> models = new LinkedHashMap<>();
        runs.forEach(run -> run.models.forEach(model -> models.put(model.name(), model)));
        return new RunContext(
                first.schemaVersion,
                first.utc,
                first.host,
                first.cpu,
                first.memory,
                first.limits,
                first.gpus,
                first.jvm,
                runs.stream()
                        .map(RunContext::runtime)
                        .filter(runtime -> !Unknown.is(runtime.version()))
                        .findFirst()
                        .orElse(first.runtime),
                first.source,
                List.copyOf(models.values()),
                new Plan(
                        runs.stream().flatMap(run -> run.plan.arms().stream()).distinct().toList(),
                        first.plan.orderSeed(),
                        "merged"),
                runs.stream().flatMap(run -> run.parity.stream()).distinct().toList(),
                first.arguments);
    }

    /** What {@link #FILE_NAME} holds. */
    public byte[] toJson() {
        try {
            return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a context that is no JSON: " + this, e);
        }
    }

    /**
     * Reads a {@link #FILE_NAME}.
     *
     * @throws InputException if the file cannot be read, is not JSON, or is not of this schema
     */
    public static RunContext read(Path file) {
        try {
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            JsonNode version = root.path("schemaVersion");
            if (!version.isInt() || version.intValue() != SCHEMA_VERSION) {
                throw unusable(
                        file,
                        "\"schemaVersion\": " + SCHEMA_VERSION,
                        version.isMissingNode() ? "none" : version.toString(),
                        null);
            }
            tellWhatIsMissing(root);
            return JSON.treeToValue(root, RunContext.class);
        } catch (JsonMappingException e) {
            String reason = e.getOriginalMessage().split("[;\n]", 2)[0];
            throw unusable(file, "a context at " + where(e), reason, e);
        } catch (JsonProcessingException e) {
            throw unusable(file, "JSON", "text that is not (" + e.getOriginalMessage() + ")", e);
        } catch (IOException e) {
            throw unusable(file, "a file that can be read", e.toString(), e);
        }
    }

    /** Fields that were added since the schema's first suite are unknown in its contexts. */
    private static void tellWhatIsMissing(JsonNode root) {
        if (root.path("runtime") instanceof ObjectNode runtime && !runtime.has("builtFor")) {
            runtime.put("builtFor", Unknown.because("the suite that ran did not tell it yet"));
        }
        for (JsonNode answer : root.path("parity")) {
            if (answer instanceof ObjectNode parity && !parity.has("choices")) {
                parity.putObject("choices");
            }
            if (answer.path("outcome") instanceof ObjectNode outcome
                    && outcome.has("position")
                    && !outcome.has("nearTie")) {
                outcome.put("nearTie", false);
            }
        }
    }

    private static String where(JsonMappingException e) {
        String path =
                e.getPath().stream()
                        .map(
                                step ->
                                        step.getFieldName() == null
                                                ? "[" + step.getIndex() + "]"
                                                : step.getFieldName())
                        .collect(Collectors.joining("."));
        return path.isEmpty() ? "the top" : path;
    }

    private static InputException unusable(
            Path file, String expected, String found, Throwable cause) {
        return InputException.unusable(
                "%s: expected %s, found %s. Give a %s that this suite wrote, or remove it."
                        .formatted(
                                file,
                                InputException.quote(expected),
                                InputException.quote(found),
                                FILE_NAME),
                cause);
    }
}
