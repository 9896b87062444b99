package kvbench.report;

import kvbench.compare.Order;
import kvbench.results.JmhResult;
import kvbench.table.Format;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How fast a machine moves memory, which bounds the speed of decoding: the summary's lines on
 * {@code ReadBandwidthBenchmark} and, of a GPU's own memory, on {@code DeviceBandwidthBenchmark}.
 */
final class BandwidthLines {
    /** Of the host's memory. */
    static final String OF_HOST = "ReadBandwidthBenchmark";

    /** Of a GPU's. */
    static final String OF_DEVICE = "DeviceBandwidthBenchmark";

    private static final String BYTES = "bytes";

    /** A copy reads each byte and writes it. */
    private static final int MOVES_OF_A_COPY = 2;

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
                    "%s: %s %s (%s)"
                            .formatted(
                                    isOfDevice(result)
                                            ? "Copy bandwidth of the GPU's memory"
                                            : "Read bandwidth",
                                    Format.number(bytesPerSecond(result, notes) / GIGA),
                                    GIGABYTES_PER_SECOND,
                                    result.params().isEmpty()
                                            ? sampling
                                            : Groups.words(result.params()) + "; " + sampling));
            lines.addAll(notes.lines(Set.of()));
        }
        return lines;
    }

    static boolean isOfDevice(JmhResult result) {
        return result.className().equals(OF_DEVICE);
    }

    /** Bytes that were moved in all over the time in all; NaN where that cannot be told. */
    static double bytesPerSecond(JmhResult result, Notes notes) {
        var arm = new Arm(result, result.shortName(), notes);
        var told =
                result.secondary().entrySet().stream()
                        .filter(metric -> metric.getValue().unit().equals(GIGABYTES_PER_SECOND))
                        .findFirst();
        if (told.isPresent()) {
            return arm.plain(told.get().getKey()).median() * GIGA;
        }
        double bytes = bytes(result);
        if (!Double.isFinite(bytes)) {
            notes.add(
                    "n/a, since there is neither a metric in GB/s nor a whole number in parameter"
                            + " bytes",
                    arm.label());
        }
        return arm.perSecondOfScore(isOfDevice(result) ? MOVES_OF_A_COPY * bytes : bytes);
    }

    /** The size of what was read or copied, or NaN. */
    static double bytes(JmhResult result) {
        double bytes = Order.value(Groups.value(result, BYTES));
        return Double.isFinite(bytes) ? bytes : Double.NaN;
    }
}
