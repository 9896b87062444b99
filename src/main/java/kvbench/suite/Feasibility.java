package kvbench.suite;

import kvbench.bench.DecodeStepBenchmark;
import kvbench.cache.CacheStrategy;
import kvbench.checkpoint.ModelFolder;
import kvbench.engine.Provider;
import kvbench.engine.Threads;
import kvbench.generate.Conversation;
import kvbench.generate.History;
import kvbench.model.InputException;
import kvbench.text.ConversationScript;
import kvbench.text.Scenarios;
import kvbench.text.Tokenizer;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which cells can work, told before anything is measured.
 *
 * <p>A value that no cell could use (an unknown strategy, a number that is none) is the user's
 * mistake and an {@link InputException}; values that do not go together are a reason to leave the
 * cell out.
 */
final class Feasibility implements AutoCloseable {
    private static final long LEAST_BYTES_READ = 1 << 20;

    private final Map<String, ModelFolder> models = new HashMap<>();
    private final Map<String, Tokenizer> tokenizers = new HashMap<>();

    /** Why {@code cell} cannot work, or empty where it can. */
    Optional<String> veto(Cell cell) {
        Threads.parse(cell.param("threads"));
        if (!cell.params().containsKey("model")) {
            number(cell, "bytes", LEAST_BYTES_READ);
            return Optional.empty();
        }
        CacheStrategy strategy = CacheStrategy.ofArm(cell.param("strategy"));
        Provider.parse(cell.param("provider")).resolve();
        tokenizer(cell).requireFits(model(cell).config(), model(cell).name());
        return switch (cell.benchmarkClass()) {
            case "ConversationBenchmark" -> tooLong(cell, conversation(cell).longestSequence());
            case "GenerationBenchmark" ->
                    tooLong(cell, number(cell, "promptTokens", 1) + number(cell, "tokenBudget", 1));
            case "PrefillBenchmark" -> tooLong(cell, number(cell, "promptTokens", 1));
            case "DecodeStepBenchmark" -> decodeStep(cell, strategy);
            default -> Optional.empty();
        };
    }

    /** Number of weights of each model that was asked for, by the name it was asked by. */
    Map<String, Long> weights() {
        return models.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                model -> model.getValue().config().parameters()));
    }

    private Optional<String> decodeStep(Cell cell, CacheStrategy strategy) {
        long depth = number(cell, "depth", 1);
        if (cell.param("capacity").equals(DecodeStepBenchmark.FIT)) {
            return tooLong(cell, depth + 1);
        }
        long capacity = number(cell, "capacity", 1);
        if (strategy == CacheStrategy.STATIC && capacity <= depth) {
            return Optional.of(
                    "a capacity of %d does not hold a depth of %d and one step"
                            .formatted(capacity, depth));
        }
        return tooLong(cell, depth + 1);
    }

    private Optional<String> tooLong(Cell cell, long tokens) {
        int contextLength = model(cell).config().contextLength();
        return tokens <= contextLength
                ? Optional.empty()
                : Optional.of(
                        "%,d tokens exceed the context length of %s, %,d"
                                .formatted(tokens, model(cell).name(), contextLength));
    }

    private Conversation conversation(Cell cell) {
        // The scenario knows how many turns it has, and tells.
        int turns = (int) number(cell, "turns", 0);
        int tokenBudget = (int) number(cell, "tokenBudget", 1);
        ConversationScript script =
                ConversationScript.of(
                        Scenarios.load(cell.param("scenario")), tokenizer(cell), turns);
        return new Conversation(script, History.parse(cell.param("history")), tokenBudget);
    }

    private ModelFolder model(Cell cell) {
        return models.computeIfAbsent(cell.param("model"), ModelFolder::find);
    }

    private Tokenizer tokenizer(Cell cell) {
        return tokenizers.computeIfAbsent(
                cell.param("model"), name -> Tokenizer.open(model(cell).tokenizer()));
    }

    /** The parameter as a number that fits an int, or a long where it counts bytes. */
    private static long number(Cell cell, String name, long least) {
        String text = cell.param(name);
        long most = name.equals("bytes") ? 1L << 40 : Integer.MAX_VALUE / 2;
        long value = text.matches("\\d{1,15}") ? Long.parseLong(text) : -1;
        if (value < least || value > most) {
            throw InputException.wrongUse(
                    "parameter %s: expected a whole number from %d to %d, found \"%s\"."
                            .formatted(name, least, most, text));
        }
        return value;
    }

    @Override
    public void close() {
        tokenizers.values().forEach(Tokenizer::close);
    }
}
