package kvbench.bench;

import kvbench.text.ConversationScript;
import kvbench.text.Scenario;
import kvbench.text.Scenarios;
import kvbench.text.Tokenizer;

import java.util.StringTokenizer;
import java.util.stream.IntStream;

/**
 * Tokens to fill a prompt of any length with: the bundled scenarios one after the other, over and
 * over.
 */
final class SampleText {
    private SampleText() {}

    /** Exactly {@code count} tokens, the same ones each time. */
    static int[] tokens(Tokenizer tokenizer, int count) {
        int[] all =
                Scenarios.names().stream()
                        .flatMapToInt(name -> IntStream.of(script(name, tokenizer)))
                        .toArray();
        return IntStream.range(0, count).map(i -> all[i % all.length]).toArray();
    }

    /** Runs without white space in the text of {@code tokens}, the role marks included. */
    static int words(Tokenizer tokenizer, int[] tokens) {
        return new StringTokenizer(tokenizer.decode(tokens)).countTokens();
    }

    private static int[] script(String name, Tokenizer tokenizer) {
        Scenario scenario = Scenarios.load(name);
        int turns = scenario.turns().size();
        return ConversationScript.of(scenario, tokenizer, turns).scriptedPrompt(turns - 1);
    }
}
