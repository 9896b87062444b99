package kvbench.table;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** How numbers are written in tables: three to four significant digits, ASCII, no locale. */
public final class Format {
    public static final String NOT_AVAILABLE = "n/a";

    /** From there on digits are no longer read. */
    private static final double TOO_LONG = 1e15;

    private static final int BINARY_STEP = 1024;
    private static final String[] BINARY_UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Format() {}

    public static String number(double value) {
        if (!Double.isFinite(value)) {
            return NOT_AVAILABLE;
        }
        double size = Math.abs(value);
        String pattern;
        if (size >= TOO_LONG) {
            pattern = "%.2e";
        } else if (size >= 1000) {
            pattern = "%.0f";
        } else if (size >= 100) {
            pattern = "%.1f";
        } else if (size >= 1 || size == 0) {
            pattern = "%.2f";
        } else if (size >= 0.1) {
            pattern = "%.3f";
        } else if (size >= 0.001) {
            pattern = "%.4f";
        } else {
            pattern = "%.2e";
        }
        return String.format(Locale.ROOT, pattern, value);
    }

    /** Bytes in the largest binary unit that leaves at least 1: {@code 4.5 MiB}. */
    public static String bytes(double bytes) {
        if (!Double.isFinite(bytes)) {
            return NOT_AVAILABLE;
        }
        double scaled = bytes;
        int unit = 0;
        while (Math.abs(scaled) >= BINARY_STEP && unit < BINARY_UNITS.length - 1) {
            scaled /= BINARY_STEP;
            unit++;
        }
        return String.format(
                Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", scaled, BINARY_UNITS[unit]);
    }

    /** A part as a percentage with one decimal, rounded down where it would wrongly show 100. */
    public static String percent(double part) {
        if (!Double.isFinite(part)) {
            return NOT_AVAILABLE;
        }
        double percent = part < 1 ? Math.min(100 * part, 99.9) : 100 * part;
        return String.format(Locale.ROOT, percent < TOO_LONG ? "%.1f%%" : "%.1e%%", percent);
    }

    /** {@code +3.2%}, {@code -0.4%}. */
    public static String signedPercent(double part) {
        return Double.isFinite(part)
                ? String.format(
                        Locale.ROOT, 100 * part < TOO_LONG ? "%+.1f%%" : "%+.1e%%", 100 * part)
                : NOT_AVAILABLE;
    }

    /** So many significant digits, without an exponent: {@code 1.31}, {@code 48.2}. */
    public static String significant(double value, int digits) {
        if (!Double.isFinite(value) || value == 0) {
            return number(value);
        }
        if (Math.abs(value) >= TOO_LONG) {
            return number(value);
        }
        // 9.999 to three digits is 10.0
        double rounded = new BigDecimal(value).round(new MathContext(digits)).doubleValue();
        int decimals = digits - 1 - (int) Math.floor(Math.log10(Math.abs(rounded)));
        return String.format(Locale.ROOT, "%." + Math.max(0, decimals) + "f", value);
    }

    /** {@code x12.3}. */
    public static String ratio(double ratio) {
        return Double.isFinite(ratio) ? "x" + number(ratio) : NOT_AVAILABLE;
    }
}
