package kvbench.report;

import kvbench.compare.Comparison;
import kvbench.compare.Entry;
import kvbench.compare.Quantity;
import kvbench.compare.Row;
import kvbench.table.Format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How each strategy stands to the baseline, in plain sentences: its time in each kind of benchmark,
 * and its memory.
 */
final class VerdictSentences {
    private static final Pattern DEPTH = Pattern.compile("tg @ d (\\d{1,18})(?!\\d)");

    private final Comparison comparison;
    private final TestNames names;
    private final Map<String, String> marks;

    /**
     * @param marks what a strategy is marked with behind its name
     */
    VerdictSentences(Comparison comparison, TestNames names, Map<String, String> marks) {
        this.comparison = comparison;
        this.names = names;
        this.marks = marks;
    }

    /** Two sentences for each strategy; none where nothing is compared. */
    List<String> all() {
        var sentences = new ArrayList<String>();
        for (int column = 1; column < comparison.columns().size(); column++) {
            if (NoiseFloor.isAgain(comparison.columns().get(column))) {
                continue;
            }
            String time = time(column);
            Optional<String> memory = memory(column);
            if (!time.isEmpty() || memory.isPresent()) {
                sentences.add(
                        "%s against %s: %s%s"
                                .formatted(
                                        marked(comparison.columns().get(column)),
                                        comparison.columns().getFirst(),
                                        time.isEmpty() ? "" : time + ". ",
                                        memory.orElse(""))
                                .strip());
            }
        }
        return sentences;
    }

    private String marked(String strategy) {
        return strategy + marks.getOrDefault(strategy, "");
    }

    private String time(int column) {
        var byActivity = new LinkedHashMap<String, List<Row>>();
        comparison.rows().stream()
                .filter(row -> !row.quantity().isExact())
                .forEach(
                        row ->
                                byActivity
                                        .computeIfAbsent(activity(row), key -> new ArrayList<>())
                                        .add(row));
        var parts = new ArrayList<String>();
        boolean isSeen =
                byActivity.values().stream()
                        .flatMap(List::stream)
                        .anyMatch(row -> row.entries().get(column).isSeen());
        byActivity.forEach(
                (activity, rows) -> {
                    String phrases = String.join(", ", phrases(column, activity, rows));
                    if (!phrases.isEmpty()) {
                        parts.add(activity + " " + phrases);
                    }
                });
        return String.join("; ", parts)
                + (isSeen ? "; these are too few forks for the test to show it" : "");
    }

    private static String activity(Row row) {
        return switch (row.example().className()) {
            case "ConversationBenchmark" -> "whole conversations";
            case "GenerationBenchmark" -> "one answer";
            case "PrefillBenchmark" -> "prefill";
            case "DecodeStepBenchmark" -> "decode step";
            default -> row.example().shortName();
        };
    }

    /** One phrase for each outcome, with the tests that it holds for. */
    private List<String> phrases(int column, String activity, List<Row> rows) {
        var tests = new LinkedHashMap<String, List<String>>();
        for (Row row : rows) {
            String phrase = phrase(row, row.entries().get(column));
            if (!phrase.isEmpty()) {
                tests.computeIfAbsent(phrase, key -> new ArrayList<>())
                        .add(where(activity, names.of(row.example())));
            }
        }
        return tests.entrySet().stream()
                .map(entry -> at(entry.getKey(), listed(entry.getValue())))
                .toList();
    }

    private static String at(String phrase, String where) {
        return where.isEmpty() ? phrase.replace(" at {}", "") : phrase.replace("{}", where);
    }

    /** What tells a test from others of an activity; "" of one that is called as that. */
    private static String where(String activity, String test) {
        return test.equals(activity) ? "" : where(test).replace(activity + ", ", "");
    }

    /** {@code depth 2,048}, {@code 5 turns}, {@code pp 512}. */
    private static String where(String test) {
        Matcher depth = DEPTH.matcher(test);
        return depth.find()
                ? depth.replaceFirst(
                        String.format(Locale.ROOT, "depth %,d", Long.parseLong(depth.group(1))))
                : test.replaceFirst("^converse, ", "");
    }

    private static String listed(List<String> words) {
        return String.join(" and ", words).replace(" and depth ", " and ");
    }

    /** {@code in all 4 forks}, {@code in the only fork}. */
    static String everyFork(Row row, Entry entry) {
        int base = row.baseline().estimate().forks();
        int forks = entry.estimate().forks();
        return base != forks
                ? "in all forks (%d and %d)".formatted(base, forks)
                : forks == 1 ? "in the only fork" : "in all %d forks".formatted(forks);
    }

    private static String seen(Row row, Entry entry) {
        boolean isLess = entry.ratio() < 1;
        return "%s times as %s at {} %s"
                .formatted(
                        Format.significant(isLess ? 1 / entry.ratio() : entry.ratio(), 3),
                        isLess ? "fast" : "slow",
                        everyFork(row, entry));
    }

    private static String phrase(Row row, Entry entry) {
        return switch (entry.verdict()) {
            case FASTER ->
                    "%s times as fast at {}%s"
                            .formatted(
                                    Format.significant(1 / entry.ratio(), 3),
                                    interval(1 / entry.high(), 1 / entry.low()));
            case SLOWER ->
                    "%s times as slow at {}%s"
                            .formatted(
                                    Format.significant(entry.ratio(), 3),
                                    interval(entry.low(), entry.high()));
            case NO_DIFFERENCE -> "the same at {}";
            case WITHIN_NOISE -> "undecided at {}";
            case TOO_FEW_SAMPLES ->
                    entry.isSeen() ? seen(row, entry) : "too few forks to tell at {}";
            case FAILED ->
                    entry.hasFigure()
                            ? "not comparable at {}, where the baseline failed"
                            : "failed at {}";
            case LOWER, HIGHER, LESS_MEMORY, MORE_MEMORY -> "";
            case NOT_COMPARABLE -> "not comparable at {}";
            case ONLY_IN_BASELINE, ONLY_IN_CANDIDATE -> "";
        };
    }

    private static String interval(double low, double high) {
        return Double.isNaN(low) || Double.isNaN(high)
                ? ""
                : " (%s to %s)".formatted(Format.significant(low, 3), Format.significant(high, 3));
    }

    private Optional<String> memory(int column) {
        var ratios = new LinkedHashMap<String, Double>();
        boolean isNothing = true;
        for (Row row : comparison.rows()) {
            Entry entry = row.entries().get(column);
            if (row.quantity().name().equals(Quantity.KV_PEAK.name())
                    && entry.verdict().isCompared()) {
                ratios.put(names.of(row.example()), entry.ratio());
                isNothing &= entry.estimate().median() == 0;
            }
        }
        if (ratios.isEmpty()) {
            return Optional.empty();
        }
        if (isNothing) {
            return Optional.of("It holds no cache.");
        }
        List<String> afterNothing =
                ratios.keySet().stream()
                        .filter(test -> Double.isInfinite(ratios.get(test)))
                        .map(VerdictSentences::where)
                        .toList();
        ratios.values().removeIf(ratio -> !Double.isFinite(ratio));
        if (ratios.isEmpty()) {
            return Optional.of("It holds a cache, where the baseline holds 0 B.");
        }
        return Optional.of(
                "At its peak it holds %s%s."
                        .formatted(
                                range(ratios),
                                afterNothing.isEmpty()
                                        ? ""
                                        : "; at %s it holds a cache, where the baseline holds 0 B"
                                                .formatted(listed(afterNothing))));
    }

    private static String range(Map<String, Double> ratios) {
        String least = "";
        String most = "";
        for (String test : ratios.keySet()) {
            least = least.isEmpty() || ratios.get(test) < ratios.get(least) ? test : least;
            most = most.isEmpty() || ratios.get(test) > ratios.get(most) ? test : most;
        }
        String low = Format.significant(ratios.get(least), 2);
        String high = Format.significant(ratios.get(most), 2);
        if (low.equals(high)) {
            return low.equals("1.0") ? "as much memory" : low + " times the memory";
        }
        return "%s (%s) to %s (%s) times the memory"
                .formatted(low, where(least), high, where(most));
    }
}
