package kvbench.context;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whether a strategy gave the tokens of no cache at all on a short script, before anything was
 * measured.
 *
 * @param model as the user gave it
 * @param provider as the user gave it
 * @param threads as the user gave it
 * @param choices how it computes besides, by parameter, where the user chose that
 * @param strategy the strategy's name
 * @param exact whether the strategy claims to give those tokens, one for one
 * @param outcome what came of it
 */
public record Parity(
        String model,
        String provider,
        String threads,
        Map<String, String> choices,
        String strategy,
        boolean exact,
        Outcome outcome) {
    public Parity {
        choices = Collections.unmodifiableMap(new TreeMap<>(choices));
    }

    /** {@code tiny (cpu, threads 2, dtype float16)}. */
    public String place() {
        return "%s (%s, threads %s%s)".formatted(model, provider, threads, words(choices));
    }

    /** {@code , dtype float16} for each of {@code choices}. */
    public static String words(Map<String, String> choices) {
        return new TreeMap<>(choices)
                .entrySet().stream()
                        .map(choice -> ", %s %s".formatted(choice.getKey(), choice.getValue()))
                        .collect(Collectors.joining());
    }

    /** What came of a strategy's check. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Equal.class, name = "equal"),
        @JsonSubTypes.Type(value = Different.class, name = "different"),
        @JsonSubTypes.Type(value = Failed.class, name = "failed")
    })
    public sealed interface Outcome permits Equal, Different, Failed {}

    /**
     * Every token is the reference's.
     *
     * @param tokens number of tokens compared
     * @param tokensSha256 SHA-256 of the strategy's tokens: decimal numbers with a space between
     * @param largestLogitDifference over all positions and the whole vocabulary
     * @param gap the reference's lead of the best score over the second best where it is narrowest
     */
    public record Equal(int tokens, String tokensSha256, double largestLogitDifference, double gap)
            implements Outcome {}

    /**
     * A token is not the reference's.
     *
     * @param tokens number of tokens compared
     * @param tokensSha256 SHA-256 of the strategy's tokens: decimal numbers with a space between
     * @param position of the first token that differs, from 1
     * @param expected the reference's token there
     * @param found the strategy's
     * @param largestLogitDifference over all positions up to there and the whole vocabulary
     * @param gap the reference's lead of the best score over the second best there
     * @param nearTie whether this is what numbers of 16 bits may do: all scores up to there are as
     *     near as such numbers can be asked to be, so that two tokens were all but equally likely
     */
    public record Different(
            int tokens,
            String tokensSha256,
            int position,
            Token expected,
            Token found,
            double largestLogitDifference,
            double gap,
            boolean nearTie)
            implements Outcome {

        /** {@code different from token 3 on}, and where that is no fault why. */
        public String words() {
            return "different from token %d on%s"
                    .formatted(position, nearTie ? ", a near tie" : "");
        }
    }

    /**
     * The strategy gave no answer.
     *
     * @param reason in one line
     */
    public record Failed(String reason) implements Outcome {}

    /**
     * A token of the model's vocabulary.
     *
     * @param id its number
     * @param text what it stands for by itself; part of a character is a replacement mark
     */
    public record Token(int id, String text) {}

    /** Whether the strategy claims to be exact and is not. */
    public boolean breaksItsClaim() {
        return exact && outcome instanceof Different different && !different.nearTie();
    }
}
