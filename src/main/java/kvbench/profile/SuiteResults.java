package kvbench.profile;

import kvbench.memory.Figure;

import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.ScalarResult;

import java.util.List;

/**
 * Figures as JMH's secondary results.
 *
 * <p>JMH knows numbers only, each with one unit. So of a figure that is NaN the reason is a result
 * of its own: its name says which figure and why, its number counts the iterations.
 */
final class SuiteResults {
    /** Between the name of a figure and the reason. */
    static final String IS_NAN = " is NaN: ";

    /** JMH 1.37 breaks the lines of its JSON at these, also within a name. */
    private static final String BREAKS_JSON = "[,{}\\[\\]\"]";

    private SuiteResults() {}

    /** A peak over several iterations is the highest of theirs; anything else their mean. */
    static AggregationPolicy policy(String name) {
        return name.endsWith(".peak") || name.endsWith(".max")
                ? AggregationPolicy.MAX
                : AggregationPolicy.AVG;
    }

    /** One result, or two where there is a reason to tell. */
    static List<ScalarResult> of(String name, Figure figure, String unit) {
        var result = new ScalarResult(name, figure.value(), unit, policy(name));
        return figure.known()
                ? List.of(result)
                : List.of(
                        result,
                        new ScalarResult(
                                name + IS_NAN + figure.reason().replaceAll(BREAKS_JSON, ""),
                                1,
                                "iterations",
                                AggregationPolicy.SUM));
    }
}
