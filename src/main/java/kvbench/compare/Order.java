package kvbench.compare;

import kvbench.results.JmhResult;

import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** The order of rows and columns. */
public final class Order {
    /** The strategy that the others are compared with. */
    public static final String BASELINE = "none";

    private static final List<String> FIRST_STRATEGIES = List.of(BASELINE, "dynamic", "static");

    /** The classic three first, the others by name. */
    public static final Comparator<String> STRATEGIES =
            Comparator.comparingInt(Order::strategyRank).thenComparing(Comparator.naturalOrder());

    /** Numbers by their value, before anything else. */
    public static final Comparator<String> NUMBERS =
            Comparator.comparingDouble(Order::value).thenComparing(Comparator.naturalOrder());

    /** Benchmarks as a report shows them; others follow by name. */
    private static final List<String> FIRST_BENCHMARKS =
            List.of(
                    "ConversationBenchmark",
                    "GenerationBenchmark",
                    "PrefillBenchmark",
                    "DecodeStepBenchmark");

    /** Parameters by whose values results are ordered, the others follow by name. */
    private static final List<String> FIRST_PARAMETERS =
            List.of(
                    "model",
                    "provider",
                    "threads",
                    "dtype",
                    "sampling",
                    "allocator",
                    "turns",
                    "promptTokens",
                    "depth");

    /** Results by benchmark, then by what makes texts longer, then by the other parameters. */
    public static final Comparator<JmhResult> RESULTS = results();

    private Order() {}

    private static Comparator<JmhResult> results() {
        Comparator<JmhResult> order =
                Comparator.<JmhResult>comparingInt(result -> rank(result.className()))
                        .thenComparing(JmhResult::shortName);
        for (String name : FIRST_PARAMETERS) {
            order = order.thenComparing(result -> result.param(name).orElse(""), NUMBERS);
        }
        return order.thenComparing(result -> new TreeMap<>(result.params()).toString());
    }

    private static int rank(String benchmark) {
        int rank = FIRST_BENCHMARKS.indexOf(benchmark);
        return rank < 0 ? FIRST_BENCHMARKS.size() : rank;
    }

    /** An arm measured again stands beside the first. */
    private static int strategyRank(String strategy) {
        int rank = FIRST_STRATEGIES.indexOf(strategy.replaceFirst("@.*", ""));
        return rank < 0 ? FIRST_STRATEGIES.size() : rank;
    }

    /** The number that {@code text} writes, or infinity where it writes none. */
    public static double value(String text) {
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : Double.POSITIVE_INFINITY;
    }
}
