package kvbench.verify;

import kvbench.engine.Computing;

import java.util.List;
import java.util.Map;

/**
 * Strategies to hold against no cache at all before they are measured.
 *
 * @param model a name or a folder, as the user gave it
 * @param provider as the user gave it
 * @param threads as the user gave it
 * @param choices how it computes besides, by parameter, where the user chose that
 * @param strategies names of strategies, each checked once
 */
public record ParityQuestion(
        String model,
        String provider,
        String threads,
        Map<String, String> choices,
        List<String> strategies) {
    public ParityQuestion {
        choices = Map.copyOf(choices);
        strategies = strategies.stream().distinct().toList();
    }

    /** The same question for some of the strategies. */
    ParityQuestion only(List<String> strategies) {
        return new ParityQuestion(model, provider, threads, choices, strategies);
    }

    /** How it computes. */
    Computing computing() {
        return Computing.of(
                name ->
                        switch (name) {
                            case "provider" -> provider;
                            case "threads" -> threads;
                            default -> choices.get(name);
                        });
    }
}
