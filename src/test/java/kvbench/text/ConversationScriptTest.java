package kvbench.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.model.InputException;
import kvbench.reference.SharedModels;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

class ConversationScriptTest {
    private static final Scenario SHORT =
            new Scenario(
                    "short",
                    "testing",
                    "Three turns",
                    "Be brief.",
                    List.of(
                            new Scenario.Turn("Hello there.", "Hi!"),
                            new Scenario.Turn("What is due?", "All of it."),
                            new Scenario.Turn("Thanks", "Bye.")));

    private static final List<String> SHORT_PROMPTS =
            List.of(
                    "system: Be brief.\nuser: Hello there.\nassistant:",
                    "system: Be brief.\nuser: Hello there.\nassistant: Hi!\nuser: What is"
                            + " due?\nassistant:",
                    "system: Be brief.\nuser: Hello there.\nassistant: Hi!\nuser: What is"
                            + " due?\nassistant: All of it.\nuser: Thanks\nassistant:");

    @Test
    void writesThePlainFormOfEachTurn() {
        try (Tokenizer tokenizer = Tokenizer.open(BundledTokenizerTest.FILE)) {
            assertWritesThePlainForm(tokenizer);
        }
    }

    @Test
    void addsNoSpaceAtTheSeamsOfASentencePieceTokenizer() {
        try (Tokenizer tokenizer =
                Tokenizer.open(
                        SharedModels.folder(SharedModels.STORIES_260K).resolve("tokenizer.json"))) {
            assertWritesThePlainForm(tokenizer);
        }
    }

    private static void assertWritesThePlainForm(Tokenizer tokenizer) {
        var script = ConversationScript.of(SHORT, tokenizer, 3);
        for (int turn = 0; turn < 3; turn++) {
            assertEquals(SHORT_PROMPTS.get(turn), tokenizer.decode(script.scriptedPrompt(turn)));
        }
    }

    @Test
    void eachPromptBeginsWithThePromptBeforeItAndItsReply() {
        try (Tokenizer tokenizer = Tokenizer.open(BundledTokenizerTest.FILE)) {
            for (String name : Scenarios.names()) {
                var script = ConversationScript.of(Scenarios.load(name), tokenizer, 15);
                int[] expected = script.opening();
                assertArrayEquals(tokenizer.prefix(), Arrays.copyOf(expected, 1));
                assertArrayEquals(expected, script.scriptedPrompt(0));
                for (int turn = 1; turn < script.turns(); turn++) {
                    expected = joined(expected, script.reply(turn - 1), script.user(turn));
                    assertArrayEquals(expected, script.scriptedPrompt(turn));
                }
            }
        }
    }

    @Test
    void fewerTurnsAreTheSameTurns() {
        try (Tokenizer tokenizer = Tokenizer.open(BundledTokenizerTest.FILE)) {
            var whole = ConversationScript.of(SHORT, tokenizer, 3);
            var part = ConversationScript.of(SHORT, tokenizer, 2);
            assertEquals(2, part.turns());
            assertArrayEquals(whole.scriptedPrompt(1), part.scriptedPrompt(1));
            assertArrayEquals(whole.reply(1), part.reply(1));
            assertThrows(IndexOutOfBoundsException.class, () -> part.user(2));
            assertThrows(IndexOutOfBoundsException.class, () -> part.user(0));
            assertThrows(IndexOutOfBoundsException.class, () -> part.scriptedPrompt(2));
            assertThrows(IndexOutOfBoundsException.class, () -> part.scriptedPrompt(-1));
        }
    }

    @Test
    void whatACallerDoesToAPieceStaysWithIt() {
        try (Tokenizer tokenizer = Tokenizer.open(BundledTokenizerTest.FILE)) {
            var script = ConversationScript.of(SHORT, tokenizer, 3);
            int[] before = script.scriptedPrompt(2);
            Arrays.fill(script.opening(), -1);
            Arrays.fill(script.reply(0), -1);
            Arrays.fill(script.user(1), -1);
            assertArrayEquals(before, script.scriptedPrompt(2));
        }
    }

    @Test
    void countsTheWordsOfEachPrompt() {
        try (Tokenizer tokenizer = Tokenizer.open(BundledTokenizerTest.FILE)) {
            var script = ConversationScript.of(SHORT, tokenizer, 3);
            assertEquals(
                    List.of(7, 13, 19), IntStream.range(0, 3).mapToObj(script::words).toList());
        }
    }

    @Test
    void refusesMoreTurnsThanTheScenarioHas() {
        try (Tokenizer tokenizer = Tokenizer.open(BundledTokenizerTest.FILE)) {
            for (int turns : new int[] {0, 4}) {
                var e =
                        assertThrows(
                                InputException.class,
                                () -> ConversationScript.of(SHORT, tokenizer, turns));
                assertTrue(e.isWrongUse());
                assertEquals(
                        "turns: expected 1 to 3, as many as scenario short has, found "
                                + turns
                                + ". Choose fewer turns or a longer scenario.",
                        e.getMessage());
            }
        }
    }

    private static int[] joined(int[]... pieces) {
        return Arrays.stream(pieces).flatMapToInt(IntStream::of).toArray();
    }
}
