package kvbench.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Learns a byte-level BPE (Sennrich et al. 2016, over bytes as in GPT-2) from texts.
 *
 * <p>Stands among the tests because only the one that keeps the committed tokenizer reproducible
 * needs it. Deterministic: of the pairs that occur most often it merges the one whose left token
 * has the lowest id, then the lowest right one. Counts every pair anew for each merge, which is
 * plain, and a second's work for the scenarios.
 */
final class BpeTrainer {
    /** A pair seen once says nothing about other texts. */
    private static final int FEWEST_OCCURRENCES = 2;

    /** How the ByteLevel pre-tokenizer cuts a text (GPT-2's rule); merges do not cross a cut. */
    private static final Pattern CUT =
            Pattern.compile(
                    "'(?:[stmd]|re|ve|ll)| ?\\p{L}+| ?\\p{N}+|"
                            + " ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                    Pattern.UNICODE_CHARACTER_CLASS);

    private static final Comparator<Map.Entry<Pair, Integer>> MOST_FREQUENT_THEN_OLDEST =
            Map.Entry.<Pair, Integer>comparingByValue()
                    .thenComparing(entry -> -entry.getKey().left())
                    .thenComparing(entry -> -entry.getKey().right());

    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final List<String> tokens = new ArrayList<>();
    private final List<Pair> merges = new ArrayList<>();
    private final List<Word> words = new ArrayList<>();

    private BpeTrainer() {}

    private record Pair(int left, int right) {}

    /** A word of the texts, as the tokens it consists of so far. */
    private record Word(List<Integer> tokens, int occurrences) {}

    /**
     * What was learned.
     *
     * @param tokens each token; its place is its id
     * @param merges the pairs that make longer tokens, first to last
     * @param trainingTokens tokens that the texts consist of in the end
     */
    record Trained(List<String> tokens, List<Merge> merges, long trainingTokens) {
        /** Two tokens that stand side by side and become one. */
        record Merge(String left, String right) {}
    }

    /**
     * Learns up to {@code vocabSize} tokens.
     *
     * @param texts what to learn from; a merge never crosses from one into the next
     * @param special tokens that are not text; they take the first ids
     * @return fewer tokens than asked where the texts hold no further pair that occurs twice
     */
    static Trained train(List<String> texts, List<String> special, int vocabSize) {
        var trainer = new BpeTrainer();
        special.forEach(trainer::idOf);
        ByteAlphabet.letters().forEach(trainer::idOf);
        trainer.readWords(texts);
        while (trainer.tokens.size() < vocabSize) {
            Optional<Pair> pair = trainer.mostFrequentPair();
            if (pair.isEmpty()) {
                break;
            }
            trainer.merge(pair.get());
        }
        return trainer.trained();
    }

    /** The id of a token, a new one where it has none; two pairs may make the same token. */
    private int idOf(String token) {
        Integer known = ids.putIfAbsent(token, tokens.size());
        if (known == null) {
            tokens.add(token);
        }
        return ids.get(token);
    }

    private void readWords(List<String> texts) {
        var occurrences = new LinkedHashMap<String, Integer>();
        for (String text : texts) {
            Matcher cut = CUT.matcher(text);
            while (cut.find()) {
                occurrences.merge(cut.group(), 1, Integer::sum);
            }
        }
        occurrences.forEach(
                (word, count) ->
                        words.add(
                                new Word(
                                        new ArrayList<>(
                                                ByteAlphabet.spell(word).stream()
                                                        .map(ids::get)
                                                        .toList()),
                                        count)));
    }

    private Optional<Pair> mostFrequentPair() {
        var counts = new HashMap<Pair, Integer>();
        for (Word word : words) {
            for (int i = 0; i + 1 < word.tokens.size(); i++) {
                counts.merge(pairAt(word, i), word.occurrences, Integer::sum);
            }
        }
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() >= FEWEST_OCCURRENCES)
                .max(MOST_FREQUENT_THEN_OLDEST)
                .map(Map.Entry::getKey);
    }

    private void merge(Pair pair) {
        int merged = idOf(tokens.get(pair.left) + tokens.get(pair.right));
        merges.add(pair);
        for (Word word : words) {
            for (int i = 0; i + 1 < word.tokens.size(); i++) {
                if (pairAt(word, i).equals(pair)) {
                    word.tokens.set(i, merged);
                    word.tokens.remove(i + 1);
                }
            }
        }
    }

    private static Pair pairAt(Word word, int index) {
        return new Pair(word.tokens.get(index), word.tokens.get(index + 1));
    }

    private Trained trained() {
        return new Trained(
                List.copyOf(tokens),
                merges.stream()
                        .map(
                                pair ->
                                        new Trained.Merge(
                                                tokens.get(pair.left), tokens.get(pair.right)))
                        .toList(),
                words.stream()
                        .mapToLong(word -> (long) word.tokens.size() * word.occurrences)
                        .sum());
    }
}
