package kvbench.report;

import kvbench.compare.Order;
import kvbench.results.JmhResult;
import kvbench.table.Format;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The footer's lines on {@code ReadBandwidthBenchmark}: how fast this machine reads memory, which
 * bounds the speed of decoding.
 */
final class BandwidthLines {
    private static final String BYTES = "bytes";

    /** The unit of a secondary metric that already is a bandwidth. */
    private static final String GIGABYTES_PER_SECOND = "GB/s";

    private static final double GIGA = 1e9;

    private BandwidthLines() {}

    static List<String> of(List<JmhResult> results) {
        var lines = new ArrayList<String>();
        for (JmhResult result : results) {
            var notes = new Notes();
            String sampling = Footnotes.sampling(List.of(result));
            lines.add(
                    "Read bandwidth: %s %s (%s)"
                            .formatted(
                                    Format.number(gigabytesPerSecond(result, notes)),
                                    GIGABYTES_PER_SECOND,
                                    result.params().isEmpty()
                                            ? sampling
                                            : Groups.words(result.params()) + "; " + sampling));
            lines.addAll(notes.lines(Set.of()));
        }
        return lines;
    }

    private static double gigabytesPerSecond(JmhResult result, Notes notes) {
        var arm = new Arm(result, result.shortName(), notes);
        var told =
                result.secondary().entrySet().stream()
                        .filter(metric -> metric.getValue().unit().equals(GIGABYTES_PER_SECOND))
                        .findFirst();
        if (told.isPresent()) {
            return arm.plain(told.get().getKey()).median();
        }
        double bytes = Order.value(Groups.value(result, BYTES));
        if (!Double.isFinite(bytes)) {
            notes.add(
                    "n/a, since there is neither a metric in GB/s nor a whole number in parameter"
                            + " bytes",
                    arm.label());
        }
        return arm.perSecondOfScore(bytes) / GIGA;
    }
}
