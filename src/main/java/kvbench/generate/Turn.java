package kvbench.generate;

import kvbench.memory.Ledger;

import java.util.Objects;
import java.util.Optional;

/**
 * What one turn of a conversation came to.
 *
 * @param number the turn, from 1
 * @param promptTokens tokens of the whole prompt
 * @param contextWords words of the scripted prompt
 * @param generation the answer, or empty where the turn failed
 * @param cache what its cache came to, or empty where the turn failed
 * @param ledger where the memory was when the answer was complete, or empty where nobody measured
 *     it or the turn failed
 * @param error why the turn failed, in one line, or empty where it did not
 */
public record Turn(
        int number,
        int promptTokens,
        int contextWords,
        Optional<Generation> generation,
        Optional<CacheUse> cache,
        Optional<Ledger> ledger,
        Optional<String> error) {

    /** A turn that was answered, and what its cache came to. */
    public static Turn of(
            int number, int promptTokens, int contextWords, Generation answer, CacheUse cache) {
        return new Turn(
                number,
                promptTokens,
                contextWords,
                Optional.of(answer),
                Optional.of(cache),
                Optional.empty(),
                Optional.empty());
    }

    /** A turn that died of {@code error}. */
    public static Turn failed(
            int number, int promptTokens, int contextWords, RuntimeException error) {
        return new Turn(
                number,
                promptTokens,
                contextWords,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(
                        Objects.requireNonNullElse(
                                        error.getMessage(), error.getClass().getSimpleName())
                                .replaceAll("\\s+", " ")));
    }

    /** The same turn with the memory it was measured to take. */
    public Turn with(Ledger ledger) {
        return new Turn(
                number, promptTokens, contextWords, generation, cache, Optional.of(ledger), error);
    }

    public boolean succeeded() {
        return error.isEmpty();
    }
}
