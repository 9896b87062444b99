package kvbench.chart;

import java.util.List;

/**
 * What an axis counts and how.
 *
 * @param names of a {@link Scale#NAMED} axis, whose values are the positions 0, 1, 2 ... of this
 *     list; empty otherwise
 */
public record Axis(
        String label, Scale scale, Origin origin, ValueFormat format, List<String> names) {
    /** Of a logarithmic axis: beyond, the ratio of its ends overflows. */
    private static final double LARGEST = 1e150;

    /** How far apart values lie. */
    public enum Scale {
        LINEAR,
        LOG,
        NAMED
    }

    /** Where a linear axis begins: a logarithmic one has no zero. */
    public enum Origin {
        DATA,
        ZERO
    }

    public Axis {
        names = List.copyOf(names);
    }

    public static Axis linear(String label) {
        return new Axis(label, Scale.LINEAR, Origin.DATA, ValueFormat.PLAIN, List.of());
    }

    public static Axis log(String label) {
        return new Axis(label, Scale.LOG, Origin.DATA, ValueFormat.PLAIN, List.of());
    }

    public static Axis named(String label, List<String> names) {
        return new Axis(label, Scale.NAMED, Origin.DATA, ValueFormat.PLAIN, names);
    }

    /** The same axis with its zero in the picture. */
    public Axis fromZero() {
        return new Axis(label, scale, Origin.ZERO, format, names);
    }

    /** The same axis in KiB, MiB, GiB. */
    public Axis inBytes() {
        return new Axis(label, scale, origin, ValueFormat.BYTES, names);
    }

    /** The same axis of shares, in percent. */
    public Axis inPercent() {
        return new Axis(label, scale, origin, ValueFormat.PERCENT, names);
    }

    /** Whether the axis has a place for the value. */
    boolean shows(double value) {
        return Double.isFinite(value)
                && switch (scale) {
                    case LINEAR -> true;
                    case LOG -> value >= 1 / LARGEST && value <= LARGEST;
                    case NAMED -> value >= 0 && value < names.size();
                };
    }

    /** The value as a reader sees it. */
    String text(double value) {
        return scale == Scale.NAMED
                ? names.get((int) Math.round(Math.min(value, names.size() - 1.0)))
                : format.text(value);
    }
}
