package kvbench.verify;

import java.util.List;

/**
 * Strategies to hold against no cache at all before they are measured.
 *
 * @param model a name or a folder, as the user gave it
 * @param provider as the user gave it
 * @param threads as the user gave it
 * @param strategies names of strategies, each checked once
 */
public record ParityQuestion(
        String model, String provider, String threads, List<String> strategies) {
    public ParityQuestion {
        strategies = strategies.stream().distinct().toList();
    }

    /** The same question for some of the strategies. */
    ParityQuestion only(List<String> strategies) {
        return new ParityQuestion(model, provider, threads, strategies);
    }
}
