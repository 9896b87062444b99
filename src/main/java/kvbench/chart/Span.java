package kvbench.chart;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The stretch of an axis that a chart shows, and where its ticks stand. */
record Span(Axis axis, double from, double to, List<Double> ticks) {
    private static final int MOST_TICKS = 7;
    private static final int MOST_DATA_TICKS = 14;
    private static final MathContext SHORT_DECIMAL = new MathContext(12);
    private static final double LEAST_BINARY = 512;
    private static final double BINARY_MULTIPLE = 64;
    private static final double MARGIN = 0.04;

    /** A stretch of a logarithmic axis shorter than this ratio has ticks as a linear axis has. */
    private static final double SHORT_RATIO = 8;

    /** A span around all values that the axis can show. */
    static Span of(Axis axis, List<Double> values) {
        List<Double> shown = values.stream().filter(axis::shows).sorted().toList();
        double least = shown.isEmpty() ? 1 : shown.getFirst();
        double most = shown.isEmpty() ? 1 : shown.getLast();
        return switch (axis.scale()) {
            case NAMED -> named(axis);
            case LINEAR -> linear(axis, least, most, shown);
            case LOG -> log(axis, least, most, shown);
        };
    }

    /** The place of a value between 0 and 1. */
    double fraction(double value) {
        if (axis.scale() == Axis.Scale.LOG) {
            return (Math.log(value) - Math.log(from)) / (Math.log(to) - Math.log(from));
        }
        return (value - from) / (to - from);
    }

    /** The value or the end of the span that is next to it. */
    double clamp(double value) {
        return Math.min(Math.max(value, from), to);
    }

    /** The same span with so much more room above, as a share of its length. */
    Span withHeadroom(double share) {
        return new Span(axis, from, to + (to - from) * share, ticks);
    }

    private static Span named(Axis axis) {
        int count = axis.names().size();
        var ticks = new ArrayList<Double>();
        for (int name = 0; name < count; name++) {
            ticks.add((double) name);
        }
        return new Span(axis, -0.5, Math.max(count, 1) - 0.5, ticks);
    }

    private static Span linear(Axis axis, double least, double most, List<Double> values) {
        boolean zero = axis.origin() == Axis.Origin.ZERO;
        double from = zero ? Math.min(0, least) : least;
        double to = zero ? Math.max(0, most) : most;
        if (from == to) {
            double room = from == 0 ? 1 : Math.abs(from) / 10;
            from -= room;
            to += room;
        }
        double margin = (to - from) * MARGIN;
        double low = zero && from == 0 ? 0 : from - margin;
        double high = zero && to == 0 ? 0 : to + margin;
        if (areConsecutive(values)) {
            return new Span(axis, low, high, multiples(1, from, to));
        }
        boolean binary = axis.format() == ValueFormat.BYTES || areBinary(values);
        double step = binary ? binaryStep(high - low) : decimalStep(high - low);
        return new Span(axis, low, high, multiples(step, low, high));
    }

    private static Span log(Axis axis, double least, double most, List<Double> values) {
        double margin = Math.max(Math.pow(most / least, MARGIN), 1.02);
        double from = least / margin;
        double to = most * margin;
        if (least == most) {
            from = least / 2;
            to = most * 2;
        }
        return new Span(axis, from, to, logTicks(axis, from, to, values));
    }

    private static List<Double> logTicks(Axis axis, double from, double to, List<Double> values) {
        var distinct = new TreeSet<>(values);
        if (allPowersOfTwo(values) && distinct.size() > 1 && distinct.size() <= MOST_DATA_TICKS) {
            return List.copyOf(distinct);
        }
        if (to / from < SHORT_RATIO) {
            boolean bytes = axis.format() == ValueFormat.BYTES;
            double step = bytes ? binaryStep(to - from) : decimalStep(to - from);
            return multiples(step, from, to);
        }
        if (axis.format() == ValueFormat.BYTES) {
            return powers(2, from, to, (int) Math.ceil(log(2, to / from) / MOST_TICKS));
        }
        double decades = Math.log10(to / from);
        if (decades > MOST_TICKS / 3.0 + 1) {
            return powers(10, from, to, (int) Math.ceil(decades / MOST_TICKS));
        }
        var ticks = new ArrayList<Double>();
        for (int exponent = (int) Math.floor(Math.log10(from));
                exponent <= Math.log10(to);
                exponent++) {
            for (int lead : new int[] {1, 2, 5}) {
                addWithin(ticks, decimal(lead, exponent), from, to);
            }
        }
        return ticks;
    }

    private static List<Double> powers(double base, double from, double to, int every) {
        var ticks = new ArrayList<Double>();
        int first = (int) Math.ceil(log(base, from) - 1e-9);
        for (int exponent = Math.ceilDiv(first, every) * every;
                exponent <= log(base, to) + 1e-9;
                exponent += every) {
            addWithin(
                    ticks, base == 10 ? decimal(1, exponent) : Math.pow(base, exponent), from, to);
        }
        return ticks;
    }

    private static void addWithin(List<Double> ticks, double tick, double from, double to) {
        if (tick >= from && tick <= to) {
            ticks.add(tick);
        }
    }

    private static double log(double base, double value) {
        return Math.log(value) / Math.log(base);
    }

    /** Exact where a product of powers is not. */
    private static double decimal(int lead, int exponent) {
        return Double.parseDouble(lead + "e" + exponent);
    }

    private static boolean allPowersOfTwo(List<Double> values) {
        return !values.isEmpty()
                && values.stream().allMatch(Span::isPowerOfTwo)
                && values.getLast() >= 16;
    }

    /** Lengths of caches: a tick at 8192 says more than one at 8000. */
    private static boolean areBinary(List<Double> values) {
        return !values.isEmpty()
                && values.getLast() >= LEAST_BINARY
                && values.stream().allMatch(value -> value % BINARY_MULTIPLE == 0);
    }

    /** Numbers of turns or forks, each of which may have its tick. */
    private static boolean areConsecutive(List<Double> values) {
        var distinct = new TreeSet<>(values);
        return distinct.size() > 2
                && distinct.size() <= MOST_DATA_TICKS + 2
                && distinct.stream().allMatch(value -> value == Math.rint(value))
                && distinct.last() - distinct.first() == distinct.size() - 1;
    }

    private static boolean isPowerOfTwo(double value) {
        return value >= 1
                && value <= 1L << 52
                && value == Math.rint(value)
                && Long.bitCount((long) value) == 1;
    }

    private static double binaryStep(double length) {
        return Math.pow(2, Math.ceil(log(2, length / MOST_TICKS)));
    }

    private static double decimalStep(double length) {
        double least = length / MOST_TICKS;
        int exponent = (int) Math.floor(Math.log10(least));
        for (int lead : new int[] {1, 2, 5}) {
            if (decimal(lead, exponent) >= least) {
                return decimal(lead, exponent);
            }
        }
        return decimal(1, exponent + 1);
    }

    private static List<Double> multiples(double step, double from, double to) {
        var ticks = new ArrayList<Double>();
        for (double times = Math.ceil(from / step - 1e-9);
                times * step <= to + step * 1e-9;
                times++) {
            // A step such as 0.1 has no exact multiples: the nearest short decimal is meant.
            ticks.add(new BigDecimal(times * step).round(SHORT_DECIMAL).doubleValue());
            if (ticks.size() > MOST_TICKS * 3) {
                break;
            }
        }
        return ticks;
    }
}
