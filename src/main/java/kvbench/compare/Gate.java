package kvbench.compare;

import kvbench.model.InputException;
import kvbench.results.Units;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a comparison fails a build.
 *
 * @param verdict {@link Verdict#SLOWER} or {@link Verdict#MORE_MEMORY}
 * @param part by which a candidate may be worse
 */
public record Gate(Verdict verdict, double part) {
    private static final Pattern FORM =
            Pattern.compile("(slower|more-memory)(?::(\\d{1,4}(?:\\.\\d{1,3})?)%?)?");

    /** More than {@link #FORM} takes. */
    private static final MathContext DIGITS = new MathContext(8);

    /** Of the part: less is the rounding of a ratio. */
    private static final double ROUNDING = 1e-9;

    /** What a gate says of a comparison. */
    public enum Answer {
        PASSED,
        FAILED,
        /** Something, or everything, could not be compared so that it could have failed it. */
        UNDECIDABLE
    }

    /** A candidate that fails a gate, and the column that it stands in. */
    public record Failure(Row row, Entry entry, String column) {}

    /**
     * Reads {@code slower}, {@code slower:5}, {@code more-memory:10%}.
     *
     * @throws InputException if {@code text} is none of these
     */
    public static Gate of(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw InputException.wrongUse(
                    "--fail-on: expected slower or more-memory, with :PERCENT if it may be a little (slower:5), found %s."
                            .formatted(InputException.quote(text)));
        }
        return new Gate(
                form.group(1).equals("slower") ? Verdict.SLOWER : Verdict.MORE_MEMORY,
                form.group(2) == null ? 0 : Double.parseDouble(form.group(2)) / 100);
    }

    /**
     * The candidates that fail it: worse by more than its part, or without any result now. Of bytes
     * that are counted every one counts, those below the practical threshold too.
     */
    public List<Failure> failures(Comparison comparison) {
        var failures = new ArrayList<Failure>();
        for (Row row : comparison.rows()) {
            for (int i = 1; i < row.entries().size(); i++) {
                Entry entry = row.entries().get(i);
                if (isWatched(row) && isFailure(row, entry)) {
                    failures.add(new Failure(row, entry, comparison.columns().get(i)));
                }
            }
        }
        return failures;
    }

    /**
     * Pairs that could have failed it, had they been measured so that they can be compared: the
     * undecidable, those of which a candidate's forks are missing, and those of which only one side
     * tells what it was measured on.
     */
    public List<Entry> undecided(Comparison comparison) {
        return comparison.rows().stream()
                .filter(this::isWatched)
                .filter(row -> row.baseline().hasFigure())
                .flatMap(row -> row.candidates().stream())
                .filter(
                        entry ->
                                entry.verdict() == Verdict.TOO_FEW_SAMPLES
                                        || entry.verdict() == Verdict.NOT_COMPARABLE
                                        || !entry.doubt().isEmpty()
                                        || isWorseByUnknown(entry))
                .toList();
    }

    /** Watched pairs of which neither a difference is shown nor that there is none. */
    public long withinNoise(Comparison comparison) {
        return comparison.rows().stream()
                .filter(this::isWatched)
                .flatMap(row -> row.candidates().stream())
                .filter(entry -> entry.verdict() == Verdict.WITHIN_NOISE)
                .count();
    }

    private boolean isFailure(Row row, Entry entry) {
        boolean isBroken =
                row.baseline().hasFigure()
                        && (entry.verdict() == Verdict.FAILED
                                || entry.verdict() == Verdict.ONLY_IN_BASELINE);
        boolean isMoreCounted =
                row.quantity().isExact()
                        && entry.verdict().isCompared()
                        && isBeyondPart(entry.ratio());
        return isBroken || isMoreCounted || entry.verdict() == verdict && isWorseByMore(entry);
    }

    /** Of an entry that is worse: a rate is where its ratio is below 1. */
    private boolean isWorseByMore(Entry entry) {
        return Double.isNaN(entry.ratio())
                ? part == 0
                : isBeyondPart(Math.max(entry.ratio(), 1 / entry.ratio()));
    }

    /** Of figures below 0 no part can be told. */
    private boolean isWorseByUnknown(Entry entry) {
        return entry.verdict() == verdict && Double.isNaN(entry.ratio()) && part > 0;
    }

    private boolean isBeyondPart(double ratio) {
        return ratio - 1 > part * (1 + ROUNDING);
    }

    private boolean isWatched(Row row) {
        Set<Quantity.Kind> kinds =
                verdict == Verdict.SLOWER
                        ? Set.of(Quantity.Kind.TIME)
                        : Set.of(Quantity.Kind.COUNTED_BYTES, Quantity.Kind.MEASURED_BYTES);
        boolean isBytes = verdict == Verdict.MORE_MEMORY && Units.isBytes(row.unit());
        return isBytes || kinds.contains(row.quantity().kind());
    }

    /**
     * A gate that could not have failed has not passed: where a pair that the baseline has a figure
     * for could not be told apart, or there is no pair, it is undecidable.
     */
    public Answer answer(Comparison comparison) {
        if (!failures(comparison).isEmpty()) {
            return Answer.FAILED;
        }
        boolean couldFail =
                comparison.rows().stream()
                        .filter(this::isWatched)
                        .flatMap(row -> row.candidates().stream())
                        .map(Entry::verdict)
                        .anyMatch(found -> found.isCompared() && found != Verdict.TOO_FEW_SAMPLES);
        return couldFail && undecided(comparison).isEmpty() ? Answer.PASSED : Answer.UNDECIDABLE;
    }

    @Override
    public String toString() {
        return verdict
                + (part == 0
                        ? ""
                        : ":"
                                + BigDecimal.valueOf(100 * part)
                                        .round(DIGITS)
                                        .stripTrailingZeros()
                                        .toPlainString());
    }
}
