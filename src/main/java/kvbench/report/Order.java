package kvbench.report;

import java.util.Comparator;
import java.util.List;

/** The order of rows and columns. */
final class Order {
    /** The strategy that the others are compared with. */
    static final String BASELINE = "none";

    private static final List<String> FIRST_STRATEGIES = List.of(BASELINE, "dynamic", "static");

    /** The classic three first, the others by name. */
    static final Comparator<String> STRATEGIES =
            Comparator.comparingInt(Order::strategyRank).thenComparing(Comparator.naturalOrder());

    /** Numbers by their value, before anything else. */
    static final Comparator<String> NUMBERS =
            Comparator.comparingDouble(Order::value).thenComparing(Comparator.naturalOrder());

    private Order() {}

    /** An arm measured again stands beside the first. */
    private static int strategyRank(String strategy) {
        int rank = FIRST_STRATEGIES.indexOf(strategy.replaceFirst("@.*", ""));
        return rank < 0 ? FIRST_STRATEGIES.size() : rank;
    }

    /** The number that {@code text} writes, or infinity where it writes none. */
    static double value(String text) {
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : Double.POSITIVE_INFINITY;
    }
}
