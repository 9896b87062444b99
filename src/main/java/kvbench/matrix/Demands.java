package kvbench.matrix;

import kvbench.bench.DecodeStepBenchmark;
import kvbench.cache.CacheStrategy;
import kvbench.checkpoint.Checkpoint;
import kvbench.checkpoint.ModelFolder;
import kvbench.engine.Computing;
import kvbench.engine.ModelMemory;
import kvbench.engine.Threads;
import kvbench.generate.CacheScope;
import kvbench.generate.Conversation;
import kvbench.generate.History;
import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.text.ConversationScript;
import kvbench.text.Scenarios;
import kvbench.text.Tokenizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads a cell's parameters as the benchmark will: what they ask of the model, in tokens.
 *
 * <p>A value that no cell could use (an unknown strategy, a number that is none) is the user's
 * mistake and an {@link InputException}.
 */
final class Demands implements AutoCloseable {
    private static final long LEAST_BYTES_READ = 1 << 20;

    private final Map<String, ModelFolder> models = new HashMap<>();
    private final Map<String, ElementType> stored = new HashMap<>();
    private final Map<String, Tokenizer> tokenizers = new HashMap<>();

    /** What {@code cell} asks of its model, or empty where it has none. */
    Optional<Demand> of(Cell cell) {
        if (!cell.params().containsKey("model")) {
            if (!cell.copiesOnDevice()) {
                Threads.parse(cell.param("threads"));
            }
            number(cell, "bytes", LEAST_BYTES_READ);
            return Optional.empty();
        }
        CacheStrategy strategy = CacheStrategy.ofArm(cell.param("strategy"));
        Computing computing = Computing.of(cell::param);
        ModelFolder model = model(cell);
        tokenizer(cell).requireFits(model.config(), model.name());
        return Optional.of(
                switch (cell.benchmarkClass()) {
                    case "ConversationBenchmark" -> conversation(cell, model, computing, strategy);
                    case "GenerationBenchmark" -> generation(cell, model, computing, strategy);
                    case "PrefillBenchmark" -> prefill(cell, model, computing, strategy);
                    case "DecodeStepBenchmark" -> decodeStep(cell, model, computing, strategy);
                    default ->
                            new Demand(
                                    model,
                                    computing,
                                    memory(cell, computing),
                                    strategy,
                                    Optional.empty(),
                                    List.of(),
                                    0,
                                    0);
                });
    }

    private Demand conversation(
            Cell cell, ModelFolder model, Computing computing, CacheStrategy strategy) {
        // The scenario knows how many turns it has, and tells.
        int turns = (int) number(cell, "turns", 0);
        int tokenBudget = (int) number(cell, "tokenBudget", 1);
        ConversationScript script =
                ConversationScript.of(
                        Scenarios.load(cell.param("scenario")), tokenizer(cell), turns);
        var conversation =
                new Conversation(
                        script,
                        History.parse(cell.param("history")),
                        tokenBudget,
                        CacheScope.parse(cell.param("scope")));
        List<Long> prompts = conversation.promptLengths();
        List<Long> kept = conversation.keptLengths();
        return new Demand(
                model,
                computing,
                memory(cell, computing),
                strategy,
                Optional.empty(),
                IntStream.range(0, turns)
                        .mapToObj(
                                turn ->
                                        answer(
                                                // It may have to take the text in again.
                                                strategy.evicts() ? 0 : kept.get(turn),
                                                prompts.get(turn),
                                                tokenBudget))
                        .toList(),
                conversation.longestSequence(),
                conversation.longestSequence());
    }

    private Demand generation(
            Cell cell, ModelFolder model, Computing computing, CacheStrategy strategy) {
        long promptTokens = number(cell, "promptTokens", 1);
        long tokenBudget = number(cell, "tokenBudget", 1);
        return new Demand(
                model,
                computing,
                memory(cell, computing),
                strategy,
                Optional.empty(),
                List.of(answer(0, promptTokens, tokenBudget)),
                promptTokens + tokenBudget,
                promptTokens + tokenBudget);
    }

    private Demand prefill(
            Cell cell, ModelFolder model, Computing computing, CacheStrategy strategy) {
        long promptTokens = number(cell, "promptTokens", 1);
        return new Demand(
                model,
                computing,
                memory(cell, computing),
                strategy,
                Optional.empty(),
                List.of(Stretch.probedPrefill(promptTokens)),
                promptTokens,
                promptTokens);
    }

    private Demand decodeStep(
            Cell cell, ModelFolder model, Computing computing, CacheStrategy strategy) {
        long depth = number(cell, "depth", 1);
        long capacity =
                cell.param("capacity").equals(DecodeStepBenchmark.FIT)
                        ? depth + 1
                        : number(cell, "capacity", 1);
        return new Demand(
                model,
                computing,
                memory(cell, computing),
                strategy,
                Optional.of(Stretch.prefill(depth)),
                List.of(Stretch.probedStep(depth)),
                depth + 1,
                capacity);
    }

    /** The prompt's pass gives the first token, so that a step fewer follows. */
    private static Stretch answer(long kept, long promptTokens, long tokenBudget) {
        return Stretch.answer(kept, promptTokens - kept, tokenBudget - 1);
    }

    private ModelMemory memory(Cell cell, Computing computing) {
        ElementType type = stored.computeIfAbsent(cell.param("model"), name -> stored(model(cell)));
        return new ModelMemory(model(cell).config(), type, computing.type());
    }

    /** Seeded weights that are still to be made will be float32. */
    private static ElementType stored(ModelFolder model) {
        return model.hasWeights()
                ? Checkpoint.open(model.path(), model.config()).type()
                : ElementType.FLOAT32;
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
