package kvbench.report;

import kvbench.compare.Comparison;
import kvbench.compare.Entry;
import kvbench.compare.Row;
import kvbench.compare.Settings;
import kvbench.compare.Verdict;
import kvbench.table.Format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Which strategy a run speaks for, in one sentence: the fastest exact one that is shown to be
 * faster than the baseline somewhere and slower nowhere, with what it costs in memory.
 */
final class Recommendation {
    /** No cache at all holds nothing, and is nobody's choice where it is slower. */
    static final String NO_CACHE = "none";

    private final Comparison comparison;
    private final TestNames names;
    private final Set<String> lossy;
    private final String baseline;

    /**
     * @param lossy strategies that do not claim to give the tokens of no cache
     */
    Recommendation(Comparison comparison, TestNames names, Set<String> lossy) {
        this.comparison = comparison;
        this.names = names;
        this.lossy = lossy;
        this.baseline = comparison.columns().isEmpty() ? "" : comparison.columns().getFirst();
    }

    /** The sentence, or empty where there are no two strategies to choose from. */
    Optional<String> sentence() {
        if (comparison.columns().stream().skip(1).noneMatch(this::isChoice)
                || comparison.candidates().noneMatch(entry -> entry.verdict().isCompared())) {
            return Optional.empty();
        }
        return Optional.of(
                winner().map(column -> forWinner(comparison.columns().get(column), column))
                        .orElseGet(this::withoutWinner));
    }

    /** The candidate that is fastest on the whole among those that are shown to be faster. */
    private Optional<Integer> winner() {
        var columns = new ArrayList<Integer>();
        for (int column = 1; column < comparison.columns().size(); column++) {
            String name = comparison.columns().get(column);
            if (isChoice(name) && isShownFaster(column)) {
                columns.add(column);
            }
        }
        return columns.stream().min(Comparator.comparingDouble(this::meanLogRatio));
    }

    /** Neither lossy nor another arm measured again. */
    private boolean isChoice(String strategy) {
        return !lossy.contains(strategy) && !NoiseFloor.isAgain(strategy);
    }

    private boolean isShownFaster(int column) {
        List<Entry> entries = timed().stream().map(row -> row.entries().get(column)).toList();
        return entries.stream().anyMatch(entry -> entry.verdict() == Verdict.FASTER)
                && entries.stream().noneMatch(Recommendation::isObjection)
                && entries.stream().noneMatch(Recommendation::looksSlower);
    }

    /** Undecided, and slower by what was seen: that is no ground to say that it is not. */
    private static boolean looksSlower(Entry entry) {
        return entry.verdict().isUndecided() && entry.ratio() > 1 + Settings.PRACTICAL_THRESHOLD;
    }

    /**
     * Slower, if only as seen in every fork, or failed; that the baseline failed is nothing against
     * a candidate.
     */
    private static boolean isObjection(Entry entry) {
        return entry.isWorseInEveryFork()
                || entry.verdict() == Verdict.FAILED && !entry.hasFigure();
    }

    private double meanLogRatio(int column) {
        return timed().stream()
                .map(row -> row.entries().get(column))
                .filter(entry -> entry.verdict().isCompared())
                .mapToDouble(entry -> Math.log(entry.ratio()))
                .average()
                .orElse(0);
    }

    private List<Row> timed() {
        return comparison.rows().stream().filter(row -> !row.quantity().isExact()).toList();
    }

    private List<Row> peaks() {
        return comparison.rows().stream()
                .filter(row -> row.quantity().name().equals("kv.peak"))
                .toList();
    }

    private String forWinner(String name, int column) {
        Row best =
                timed().stream()
                        .filter(row -> row.entries().get(column).verdict() == Verdict.FASTER)
                        .min(Comparator.comparingDouble(row -> row.entries().get(column).ratio()))
                        .orElseThrow();
        Entry entry = best.entries().get(column);
        return "Use %s: it is up to %s times as fast as %s (%s%s), shown faster in %d of %d tests and slower in none%s%s."
                .formatted(
                        name,
                        Format.significant(1 / entry.ratio(), 3),
                        baseline,
                        names.of(best.example()),
                        interval(entry),
                        count(column, verdict -> verdict == Verdict.FASTER),
                        timed().size(),
                        undecided(column),
                        memory(column));
    }

    private static String interval(Entry entry) {
        return Double.isNaN(entry.low()) || entry.low() == entry.high()
                ? ""
                : ", %s to %s"
                        .formatted(
                                Format.significant(1 / entry.high(), 3),
                                Format.significant(1 / entry.low(), 3));
    }

    private String undecided(int column) {
        long undecided = count(column, Verdict::isUndecided);
        return undecided == 0 ? "" : ", undecided in " + undecided;
    }

    private long count(int column, Predicate<Verdict> wanted) {
        return timed().stream()
                .filter(row -> wanted.test(row.entries().get(column).verdict()))
                .count();
    }

    private String memory(int column) {
        List<Double> ratios =
                peaks().stream()
                        .map(row -> row.entries().get(column).ratio())
                        .filter(Double::isFinite)
                        .sorted()
                        .toList();
        if (ratios.isEmpty()) {
            return "";
        }
        double low = ratios.getFirst();
        double high = ratios.getLast();
        if (high == 0) {
            return "; it holds no cache";
        }
        String range =
                Format.significant(low, 2).equals(Format.significant(high, 2))
                        ? Format.significant(low, 2)
                        : "%s to %s"
                                .formatted(Format.significant(low, 2), Format.significant(high, 2));
        return String.format(
                Locale.ROOT,
                "; at its peak it holds %s times the cache memory of %s",
                range,
                baseline);
    }

    private String withoutWinner() {
        Optional<Integer> least = leastMemory();
        String sentence;
        if (least.isPresent() && least.get() > 0) {
            sentence =
                    "use %s for its memory: %s%s"
                            .formatted(
                                    comparison.columns().get(least.get()),
                                    speed(),
                                    memory(least.get()));
        } else if (least.isPresent()) {
            sentence = speed() + ", and no other cache holds less at its peak: use " + baseline;
        } else if (choices().isEmpty() && noCache().isPresent()) {
            sentence = "use " + baseline;
        } else {
            sentence = speed();
        }
        return sentence.substring(0, 1).toUpperCase(Locale.ROOT)
                + sentence.substring(1)
                + noCache().map(words -> "; " + words).orElse("")
                + ".";
    }

    /** What may be said of the speed of the caches that are to be chosen from. */
    private String speed() {
        return baseline.equals(NO_CACHE)
                ? fasterThanNoCache().orElseGet(this::notFaster)
                : notFaster();
    }

    private String notFaster() {
        return isDecided()
                ? "no exact cache is shown to be faster than %s here".formatted(baseline)
                : "there are too few forks here to tell the speed of %s from that of %s"
                        .formatted(
                                choices().size() == 1
                                        ? comparison.columns().get(choices().getFirst())
                                        : "any cache",
                                baseline);
    }

    /** Going without a cache is no choice where every fork of a cache was faster. */
    private Optional<String> fasterThanNoCache() {
        record Seen(Row row, int column) {
            Entry entry() {
                return row.entries().get(column);
            }
        }
        return timed().stream()
                .flatMap(row -> choices().stream().map(column -> new Seen(row, column)))
                .filter(seen -> seen.entry().isSeen() && seen.entry().ratio() < 1)
                .min(Comparator.comparingDouble(seen -> seen.entry().ratio()))
                .map(
                        seen ->
                                "%s was up to %s times as fast as %s (%s), %s, too few for the test to show it"
                                        .formatted(
                                                comparison.columns().get(seen.column()),
                                                Format.significant(1 / seen.entry().ratio(), 3),
                                                baseline,
                                                names.of(seen.row().example()),
                                                VerdictSentences.everyFork(
                                                        seen.row(), seen.entry())));
    }

    /** Columns of the caches that are held against the baseline. */
    private List<Integer> choices() {
        return IntStream.range(1, comparison.columns().size())
                .filter(
                        column ->
                                isChoice(comparison.columns().get(column))
                                        && !comparison.columns().get(column).equals(NO_CACHE))
                .boxed()
                .toList();
    }

    /** Whether forks were enough for any pair of caches to be decided. */
    private boolean isDecided() {
        return timed().stream()
                .flatMap(row -> columnsToDecide().stream().map(row.entries()::get))
                .anyMatch(
                        entry ->
                                entry.verdict().isCompared()
                                        && entry.verdict() != Verdict.TOO_FEW_SAMPLES);
    }

    private List<Integer> columnsToDecide() {
        return choices().isEmpty()
                ? IntStream.range(1, comparison.columns().size()).boxed().toList()
                : choices();
    }

    /** What going without a cache costs, as far as that is shown or was seen in every fork. */
    private Optional<String> noCache() {
        int column = comparison.columns().indexOf(NO_CACHE);
        if (column < 1) {
            return Optional.empty();
        }
        return timed().stream()
                .filter(row -> row.entries().get(column).isWorseInEveryFork())
                .max(Comparator.comparingDouble(row -> row.entries().get(column).ratio()))
                .map(row -> noCache(row, row.entries().get(column)));
    }

    private static String noCache(Row row, Entry entry) {
        String ratio = Format.significant(entry.ratio(), 3);
        return entry.isSeen()
                ? "going without a cache took up to %s times as long, %s, too few for the test to show it"
                        .formatted(ratio, VerdictSentences.everyFork(row, entry))
                : "going without a cache takes up to %s times as long".formatted(ratio);
    }

    /**
     * The column of the cache that nowhere holds more at its peak than another and somewhere less,
     * and is nowhere shown to be slower; the baseline where it nowhere holds more.
     */
    private Optional<Integer> leastMemory() {
        List<Integer> caches = new ArrayList<>();
        for (int column = 0; column < comparison.columns().size(); column++) {
            String name = comparison.columns().get(column);
            if (isChoice(name) && !name.equals(NO_CACHE) && isWithoutObjection(column)) {
                caches.add(column);
            }
        }
        if (caches.size() < 2 || peaks().isEmpty()) {
            return Optional.empty();
        }
        return caches.stream()
                .filter(
                        column ->
                                caches.stream()
                                        .filter(other -> !other.equals(column))
                                        .allMatch(
                                                other ->
                                                        holdsNoMore(column, other)
                                                                && (column == 0
                                                                        || !holdsNoMore(
                                                                                other, column))))
                .findFirst();
    }

    private boolean isWithoutObjection(int column) {
        return timed().stream()
                .map(row -> row.entries().get(column))
                .noneMatch(Recommendation::isObjection);
    }

    private boolean holdsNoMore(int column, int other) {
        return peaks().stream()
                .allMatch(
                        row ->
                                row.entries().get(column).estimate().median()
                                        <= row.entries().get(other).estimate().median());
    }
}
