package kvbench.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.text.Scenarios;
import kvbench.text.Tokenizer;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Arrays;

class SampleTextTest {
    private static final Path TOKENIZER = Path.of("models", "random-llama-7m", "tokenizer.json");

    @Test
    void givesExactlyAsManyTokensAsAskedForAndTheSameEachTime() {
        try (Tokenizer tokenizer = Tokenizer.open(TOKENIZER)) {
            int[] many = SampleText.tokens(tokenizer, 30_000);
            for (int count : new int[] {0, 1, 152, 2049, 30_000}) {
                int[] tokens = SampleText.tokens(tokenizer, count);
                assertEquals(count, tokens.length);
                assertArrayEquals(Arrays.copyOf(many, count), tokens, "first " + count);
            }
        }
    }

    @Test
    void beginsAgainWhereTheScenariosEnd() {
        try (Tokenizer tokenizer = Tokenizer.open(TOKENIZER)) {
            int[] tokens = SampleText.tokens(tokenizer, 100_000);
            int all = period(tokens);
            assertTrue(all < tokens.length / 2, "no beginning again within " + tokens.length);
            String text = tokenizer.decode(Arrays.copyOf(tokens, all));
            for (String name : Scenarios.names()) {
                String said = Scenarios.load(name).turns().getFirst().user();
                assertTrue(text.contains(said), name + " is missing: " + said);
            }
        }
    }

    private static int period(int[] tokens) {
        int period = 1;
        while (!Arrays.equals(tokens, period, tokens.length, tokens, 0, tokens.length - period)) {
            period++;
        }
        return period;
    }
}
