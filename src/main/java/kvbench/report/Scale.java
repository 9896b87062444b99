package kvbench.report;

import kvbench.table.Format;

/**
 * The unit that a row of a table shows its figures in.
 *
 * @param unit as shown
 * @param factor of a figure in base units
 */
record Scale(String unit, double factor) {
    private static final double MILLI = 1e-3;
    private static final double MICRO = 1e-6;

    /**
     * A unit in which figures around {@code typical} are easily read.
     *
     * @param baseUnit {@code s}, {@code B}, or any other, which stays as it is
     */
    static Scale of(String baseUnit, double typical) {
        if (baseUnit.equals("s")) {
            return typical >= 1
                    ? new Scale("s", 1)
                    : typical >= MILLI ? new Scale("ms", 1 / MILLI) : new Scale("us", 1 / MICRO);
        }
        return new Scale(baseUnit.equals("B") ? "" : baseUnit, 1);
    }

    /** The figure in this unit; bytes name theirs themselves. */
    String text(double value) {
        return unit.isEmpty() ? Format.bytes(value) : Format.number(value * factor);
    }
}
