package kvbench.context;

import kvbench.context.Difference.Weight;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Collects in what two contexts differ, fact by fact. */
final class Differences {
    private static final String UNSET = "unset";

    private final RunContext left;
    private final RunContext right;
    private final List<Difference> all = new ArrayList<>();

    Differences(RunContext left, RunContext right) {
        this.left = left;
        this.right = right;
    }

    RunContext left() {
        return left;
    }

    RunContext right() {
        return right;
    }

    List<Difference> all() {
        return List.copyOf(all);
    }

    void add(String field, String mine, String theirs, Weight weight) {
        all.add(new Difference(field, mine, theirs, weight));
    }

    /** What tells two things apart: that neither run tells it is worth knowing too. */
    void identity(String field, Function<RunContext, String> fact) {
        identity(field, fact.apply(left), fact.apply(right));
    }

    void identity(String field, String mine, String theirs) {
        if (!mine.equals(theirs)) {
            add(field, mine, theirs, Weight.BLOCKING);
        } else if (Unknown.is(mine)) {
            add(field, mine, theirs, Weight.WORTH_KNOWING);
        }
    }

    void equal(String field, Function<RunContext, String> fact, Weight weight) {
        String mine = fact.apply(left);
        String theirs = fact.apply(right);
        if (!mine.equals(theirs)) {
            add(field, mine, theirs, weight);
        }
    }

    /** Numbers of which neither is known are taken for equal. */
    void number(String field, ToDoubleFunction<RunContext> fact) {
        equal(field, context -> text(fact.applyAsDouble(context)), Weight.BLOCKING);
    }

    /** Numbers that may differ by a {@code part} of the larger. */
    void near(String field, ToDoubleFunction<RunContext> fact, double part) {
        double mine = fact.applyAsDouble(left);
        double theirs = fact.applyAsDouble(right);
        boolean isNear = Math.abs(mine - theirs) <= part * Math.max(mine, theirs);
        if (!isNear) {
            number(field, fact);
        }
    }

    void each(
            String field,
            Function<RunContext, Map<String, String>> facts,
            Function<String, Weight> weight) {
        var names = new TreeSet<>(facts.apply(left).keySet());
        names.addAll(facts.apply(right).keySet());
        for (String name : names) {
            equal(
                    field + "." + name,
                    context -> facts.apply(context).getOrDefault(name, UNSET),
                    weight.apply(name));
        }
    }

    static String text(double value) {
        return value == Math.rint(value) && Math.abs(value) < 0x1p62
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
