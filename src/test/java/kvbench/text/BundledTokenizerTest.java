package kvbench.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The tokenizer in {@code models/random-llama-7m} is what {@link BpeTrainer} learns from the
 * bundled scenarios, and Hugging Face's own library reads it so.
 *
 * <p>{@code -Dkvbench.tokenizer=write} writes it anew.
 */
class BundledTokenizerTest {
    static final Path FILE = Path.of("models/random-llama-7m/tokenizer.json");

    private static final boolean WRITE = "write".equals(System.getProperty("kvbench.tokenizer"));

    /** The scenarios hold 2,330 tokens before every pair left is a single one. */
    private static final int VOCAB_SIZE = 2048;

    private static final String BEGIN = "<|begin_of_text|>";
    private static final String END = "<|end_of_text|>";
    private static final List<String> SPECIAL = List.of(BEGIN, END);

    private static BpeTrainer.Trained trained;
    private static String trainedJson;
    private static Tokenizer tokenizer;

    @BeforeAll
    static void train() throws IOException {
        trained = BpeTrainer.train(scenarioTexts(), SPECIAL, VOCAB_SIZE);
        trainedJson = TokenizerFile.json(trained, SPECIAL, BEGIN);
        if (WRITE) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, trainedJson);
        }
        tokenizer = Tokenizer.open(FILE);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void isWhatTheTrainerLearnsFromTheScenarios() throws IOException {
        assertEquals(
                trainedJson,
                Files.readString(FILE),
                "write it anew with: mvn test -Dtest=BundledTokenizerTest"
                        + " -Dkvbench.tokenizer=write");
    }

    @Test
    void hasTheSizeThatTheModelsConfigNames() {
        assertEquals(VOCAB_SIZE, trained.tokens().size());
        assertEquals(VOCAB_SIZE, tokenizer.vocabSize());
    }

    @Test
    void putsBeginOfTextBeforeATextAndNothingAfterIt() {
        assertArrayEquals(new int[] {0}, tokenizer.prefix());
        assertArrayEquals(new int[] {0, idOf("a")}, tokenizer.encode("a"));
        assertArrayEquals(new int[] {idOf("a")}, tokenizer.encodePlain("a"));
    }

    @Test
    void leavesSpecialTokensOutOfTheText() {
        assertArrayEquals(new int[] {0, 1}, tokenizer.encode(END));
        assertEquals("a", tokenizer.decode(new int[] {0, idOf("a"), 1}));
    }

    @Test
    void splitsTheScenariosAsTheTrainerDid() {
        long tokens = 0;
        for (String text : scenarioTexts()) {
            int[] ids = tokenizer.encodePlain(text);
            assertEquals(text, tokenizer.decode(ids));
            tokens += ids.length;
        }
        assertEquals(trained.trainingTokens(), tokens);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Zoë naïvely ate crème brûlée.",
                "a👩‍👩‍👧 family, a 😀 and a 🇨🇭 flag",
                "日本語のテキスト, 한국어, العربية",
                "  two spaces, a\ttab\r\nand line ends\n\n",
                "a nul \0, a soft\u00ADhyphen, a no-break\u00A0space"
            })
    void carriesAnyTextThroughUnchanged(String text) {
        assertEquals(text, tokenizer.decode(tokenizer.encode(text)));
    }

    /** The pieces that a conversation's script encodes. */
    private static List<String> scenarioTexts() {
        var texts = new ArrayList<String>();
        for (String name : Scenarios.names()) {
            Scenario scenario = Scenarios.load(name);
            texts.add(PlainPrompt.opening(scenario));
            texts.add(PlainPrompt.reply(scenario.turns().getFirst()));
            for (Scenario.Turn turn : scenario.turns().subList(1, scenario.turns().size())) {
                texts.add(PlainPrompt.user(turn));
                texts.add(PlainPrompt.reply(turn));
            }
        }
        return texts;
    }

    private static int idOf(String token) {
        return trained.tokens().indexOf(token);
    }
}
