package kvbench.compare;

import kvbench.results.Run;
import kvbench.results.SomeResult;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Comparisons of runs made up for a test. */
final class Compared {
    private Compared() {}

    static Comparison runs(SomeResult base, SomeResult candidate) {
        return sides(SomeResult.run("base", base), SomeResult.run("cand", candidate));
    }

    static Comparison sides(Run base, Run candidate) {
        return sides(Quantity.DEFAULT, base, candidate);
    }

    static Comparison sides(List<Quantity> quantities, Run base, Run candidate) {
        return Comparison.of(
                List.of(new Side("base", base), new Side("cand", candidate)),
                Settings.along(new Axis.Runs()).withQuantities(quantities));
    }

    static Comparison along(Axis axis, Run... runs) {
        return Comparison.of(
                List.of(runs).stream().map(run -> new Side(run.name(), run)).toList(),
                Settings.along(axis));
    }

    static Settings ignoring(String... fields) {
        return new Settings(
                new Axis.Runs(),
                Optional.empty(),
                Quantity.DEFAULT,
                Filter.ALL,
                Settings.PRACTICAL_THRESHOLD,
                Set.of(fields));
    }

    /** The only candidate of the only row. */
    static Entry only(Comparison comparison) {
        List<Entry> entries = comparison.candidates().toList();
        if (entries.size() != 1) {
            throw new AssertionError("expected one pair, found " + comparison.rows());
        }
        return entries.getFirst();
    }
}
