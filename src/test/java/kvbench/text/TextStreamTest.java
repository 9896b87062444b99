package kvbench.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.reference.SharedModels;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

class TextStreamTest {
    private static final int SEED = 20250301;

    @Test
    void givesEachWordOfASentencePieceTokenizerWithItsSpace() {
        try (Tokenizer tokenizer =
                Tokenizer.open(
                        SharedModels.folder(SharedModels.STORIES_260K).resolve("tokenizer.json"))) {
            assertEquals(
                    List.of("", "Once", " upon", " a", " time", ""),
                    pieces(tokenizer, tokenizer.encode("Once upon a time")));
        }
    }

    @Test
    void holdsTheBytesOfACharacterBackUntilTheirRunHasEnded() {
        try (Tokenizer tokenizer =
                Tokenizer.open(
                        SharedModels.folder(SharedModels.STORIES_260K).resolve("tokenizer.json"))) {
            int[] ids = tokenizer.encode("a 😀a");
            List<String> pieces = pieces(tokenizer, ids);
            assertEquals("😀a", pieces.get(ids.length - 1));
            assertEquals(List.of("", "", "", ""), pieces.subList(ids.length - 5, ids.length - 1));
        }
    }

    @Test
    void holdsTheTokensOfACharacterBackUntilItIsWhole() {
        try (Tokenizer tokenizer = Tokenizer.open(BundledTokenizerTest.FILE)) {
            assertEquals(
                    List.of("a", "", "", "", "😀", "b", ""),
                    pieces(tokenizer, tokenizer.encodePlain("a😀b")));
        }
    }

    @Test
    void givesAnIncompleteCharacterOutAtTheEnd() {
        try (Tokenizer tokenizer = Tokenizer.open(BundledTokenizerTest.FILE)) {
            int[] whole = tokenizer.encodePlain("a😀");
            int[] cut = IntStream.of(whole).limit(whole.length - 1).toArray();
            assertEquals(List.of("a", "", "", "", "\uFFFD"), pieces(tokenizer, cut));
        }
    }

    @Test
    void showsAnIdWithoutATokenAtOnce() {
        try (Tokenizer tokenizer = Tokenizer.open(BundledTokenizerTest.FILE)) {
            int a = tokenizer.encodePlain("a")[0];
            int half = tokenizer.encodePlain("😀")[0];
            assertEquals(
                    List.of("a", "", "\uFFFD\uFFFD", "a", "", ""),
                    pieces(tokenizer, new int[] {a, half, 2048, a, 1, 0}).subList(0, 6));
        }
    }

    @Test
    void piecesJoinToTheDecodedTextWhateverTheIds() {
        assertPiecesJoin(BundledTokenizerTest.FILE);
    }

    @Test
    void piecesOfASentencePieceTokenizerJoinToo() {
        assertPiecesJoin(SharedModels.folder(SharedModels.STORIES_260K).resolve("tokenizer.json"));
    }

    /**
     * Ids at random, single bytes, special tokens and ids beyond the vocabulary often among them.
     */
    private static void assertPiecesJoin(Path file) {
        var random = new Random(SEED);
        try (Tokenizer tokenizer = Tokenizer.open(file)) {
            for (int round = 0; round < 300; round++) {
                int bound = round % 2 == 0 ? 260 : tokenizer.vocabSize() + 20;
                int[] ids = random.ints(random.nextInt(40), 0, bound).toArray();
                assertEquals(
                        tokenizer.decode(ids),
                        String.join("", pieces(tokenizer, ids)),
                        "seed " + SEED + ", round " + round);
            }
        }
    }

    /** What each id gives, and the rest. */
    private static List<String> pieces(Tokenizer tokenizer, int[] ids) {
        TextStream stream = tokenizer.stream();
        var pieces = new ArrayList<String>();
        for (int id : ids) {
            pieces.add(stream.next(id));
        }
        pieces.add(stream.rest());
        return pieces;
    }
}
