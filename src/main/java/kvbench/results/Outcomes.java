package kvbench.results;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import kvbench.model.InputException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The arms of a run that stand in no results file: {@code outcomes.json} beside it.
 *
 * @param failed forks that were run and gave no result, or one in which turns failed
 * @param unfinished arms of which some forks are still to be run
 * @param vetoed arms that were not run
 */
public record Outcomes(
        List<FailedArm> failed, List<UnfinishedArm> unfinished, List<VetoedArm> vetoed) {
    /** Name of the file in a run's folder. */
    public static final String FILE_NAME = "outcomes.json";

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    public Outcomes {
        failed = List.copyOf(failed);
        unfinished = List.copyOf(unfinished);
        vetoed = List.copyOf(vetoed);
    }

    /** Those of a run in which every arm gave a result. */
    public static Outcomes none() {
        return new Outcomes(List.of(), List.of(), List.of());
    }

    /** What {@link #FILE_NAME} holds. */
    public byte[] toJson() {
        try {
            return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("outcomes that are no JSON: " + this, e);
        }
    }

    /**
     * Reads a {@link #FILE_NAME}; a run without one had none.
     *
     * @throws InputException if the file cannot be read or is not what this suite writes
     */
    public static Outcomes beside(Path json) {
        Path file = json.resolveSibling(FILE_NAME);
        if (!Files.exists(file)) {
            return none();
        }
        try {
            return Optional.ofNullable(JSON.readValue(file.toFile(), Outcomes.class))
                    .orElseThrow(() -> unusable(file, "null", null));
        } catch (JsonProcessingException e) {
            throw unusable(file, e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected a file that can be read, found %s.".formatted(file, e), e);
        }
    }

    private static InputException unusable(Path file, String found, Throwable cause) {
        return InputException.unusable(
                "%s: expected the arms without a result as this suite writes them, found %s. Remove the file to see the rest."
                        .formatted(file, InputException.quote(found)),
                cause);
    }
}
