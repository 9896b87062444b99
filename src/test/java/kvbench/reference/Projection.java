package kvbench.reference;

/**
 * A matrix without bias. Kept by columns, since adding up scaled columns is what the compiler turns
 * into vector instructions.
 */
final class Projection {
    private final int out;
    private final double[][] columns; // [in][out]

    /** Takes rows: [out][in]. */
    Projection(double[][] rows) {
        out = rows.length;
        columns = new double[rows[0].length][out];
        for (int row = 0; row < out; row++) {
            for (int column = 0; column < columns.length; column++) {
                columns[column][row] = rows[row][column];
            }
        }
    }

    /** The matrix times {@code x}: [in] -> [out]. */
    double[] apply(double[] x) {
        var y = new double[out];
        for (int column = 0; column < columns.length; column++) {
            addScaled(columns[column], x[column], y);
        }
        return y;
    }

    private static void addScaled(double[] column, double by, double[] y) {
        for (int row = 0; row < y.length; row++) {
            y[row] += column[row] * by;
        }
    }
}
