package kvbench.report;

import kvbench.results.JmhResult;
import kvbench.stats.Statistics;

import java.util.List;
import java.util.stream.IntStream;

/** The sentences that say what a table's figures are. */
final class Footnotes {
    private Footnotes() {}

    /** {@code 2 forks x 5 iterations}, as ranges where the results differ. */
    static String sampling(List<JmhResult> results) {
        return "%s x %s"
                .formatted(
                        counted("fork", forks(results)),
                        counted(
                                "iteration",
                                results.stream()
                                        .flatMap(result -> result.primary().samples().stream())
                                        .mapToInt(List::size)));
    }

    /** How often was measured, and what stands for the whole of it. */
    static String medians(List<JmhResult> results) {
        return sampling(results) + ": times are medians over the forks of each fork's median.";
    }

    /** What the column {@code +-} shows. */
    static String spread(List<JmhResult> results) {
        var forks = forks(results).summaryStatistics();
        if (forks.getMax() < 2) {
            return "+- is n/a: a single fork has no spread.";
        }
        return forks.getMax() < Statistics.FEWEST_FORKS_FOR_INTERVAL
                ? "+- is half the range of the forks."
                : "+- is half the 95 %% order-statistic interval of the forks, half their range below %d forks."
                        .formatted(Statistics.FEWEST_FORKS_FOR_INTERVAL);
    }

    private static IntStream forks(List<JmhResult> results) {
        return results.stream()
                .filter(result -> !result.isEmpty())
                .mapToInt(result -> result.primary().samples().size());
    }

    private static String counted(String noun, IntStream counts) {
        var range = counts.summaryStatistics();
        if (range.getCount() == 0) {
            return "0 %ss".formatted(noun);
        }
        String number =
                range.getMin() == range.getMax()
                        ? "" + range.getMin()
                        : "%d to %d".formatted(range.getMin(), range.getMax());
        return "%s %s%s".formatted(number, noun, range.getMax() == 1 ? "" : "s");
    }
}
