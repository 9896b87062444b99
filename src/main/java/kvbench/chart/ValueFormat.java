package kvbench.chart;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** How numbers of an axis read. */
public enum ValueFormat {
    /**
     * Up to three significant digits and all digits of smaller whole numbers: 0.0123, 12.3, 16,384,
     * 2.5 M.
     */
    PLAIN,
    /** Binary multiples: 512 B, 1.5 KiB, 24 MiB, 3.25 GiB. */
    BYTES,
    /** A share of one: 0.5 is 50 %. */
    PERCENT;

    private static final String[] BINARY_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    private static final double BINARY_STEP = 1024;
    private static final double MILLION = 1e6;
    private static final double LEAST_WITHOUT_EXPONENT = 1e-3;

    /** The number as a reader sees it, the same in every locale. */
    public String text(double value) {
        return switch (this) {
            case PLAIN -> plain(value);
            case BYTES -> bytes(value);
            case PERCENT -> significant(100 * value) + " %";
        };
    }

    private static String plain(double value) {
        double size = Math.abs(value);
        if (size >= MILLION * BINARY_STEP) {
            return decimals("0.##E0", value);
        }
        if (size >= MILLION) {
            return significant(value / MILLION) + " M";
        }
        if (size > 0 && size < LEAST_WITHOUT_EXPONENT) {
            return decimals("0.##E0", value);
        }
        return significant(value);
    }

    private static String bytes(double value) {
        int unit = 0;
        double scaled = value;
        while (Math.abs(scaled) >= BINARY_STEP && unit < BINARY_UNITS.length - 1) {
            scaled /= BINARY_STEP;
            unit++;
        }
        return significant(scaled) + " " + BINARY_UNITS[unit];
    }

    private static String significant(double value) {
        double size = Math.abs(value);
        if (size >= 100) {
            return decimals("#,##0", value);
        }
        if (size >= 10) {
            return decimals("0.#", value);
        }
        if (size >= 1) {
            return decimals("0.##", value);
        }
        return decimals(size >= 0.1 ? "0.###" : "0.#####", value);
    }

    private static String decimals(String pattern, double value) {
        String text =
                new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT))
                        .format(value);
        return text.equals("-0") ? "0" : text;
    }
}
