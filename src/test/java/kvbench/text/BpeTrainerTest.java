package kvbench.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.text.BpeTrainer.Trained.Merge;

import org.junit.jupiter.api.Test;

import java.util.List;

class BpeTrainerTest {
    private static final int BYTES = 256;

    private static BpeTrainer.Trained train(int vocabSize, String... texts) {
        return BpeTrainer.train(List.of(texts), List.of(), vocabSize);
    }

    @Test
    void mergesTheMostFrequentPairFirst() {
        // Words: "abab" and " ab"; a b stands three times, every other pair once.
        var trained = train(1000, "abab ab");
        assertEquals(List.of(new Merge("a", "b")), trained.merges());
        assertEquals(BYTES + 1, trained.tokens().size());
        assertEquals("ab", trained.tokens().getLast());
        assertEquals(4, trained.trainingTokens());
    }

    @Test
    void breaksTiesByTheLowestLeftThenTheLowestRightId() {
        // Four pairs stand twice: (x, z), (x, y), (space, c), (c, d).
        var trained = train(1000, "xz", "xy", "xz", "xy", " cd", " cd");
        assertEquals(
                List.of(
                        new Merge("Ġ", "c"),
                        new Merge("x", "y"),
                        new Merge("x", "z"),
                        new Merge("Ġc", "d")),
                trained.merges());
    }

    @Test
    void leavesPairsThatOccurOnceAlone() {
        assertEquals(List.of(), train(1000, "abc").merges());
    }

    @Test
    void stopsAtTheVocabularySize() {
        assertEquals(List.of(new Merge("a", "b")), train(BYTES + 1, "abc", "abc").merges());
    }

    @Test
    void mergesNeitherAcrossWordsNorAcrossTexts() {
        assertEquals(List.of(), train(1000, "a", "b", "a", "b", "a1", "a1").merges());
    }

    @Test
    void cutsWordsAsGpt2Does() {
        // I | 'll | space pay | space 20 | % | line end, space | space now
        var trained = train(1000, "I'll pay 20%\n  now", "I'll pay 20%\n  now");
        assertEquals(14, trained.trainingTokens());
    }

    @Test
    void givesSpecialTokensTheFirstIds() {
        var trained = BpeTrainer.train(List.of(), List.of("<a>", "<b>"), 1000);
        assertEquals(List.of("<a>", "<b>", "Ā", "ā"), trained.tokens().subList(0, 4));
        assertEquals(BYTES + 2, trained.tokens().size());
    }
}
