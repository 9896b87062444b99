package kvbench.chart;

/**
 * What a chart shows, as plain data; {@link ChartRenderer} draws it.
 *
 * <p>Numbers that are NaN or infinite are left out of the picture, and so is what is not positive
 * on a logarithmic axis; the picture's description tells how many. Texts may hold anything: they
 * are escaped, and characters that XML forbids are replaced.
 */
public sealed interface Chart permits BarChart, XyChart, IntervalChart {

    /** Stands above the picture. */
    String title();

    /** One sentence that tells a reader who cannot see the picture what it shows. */
    String description();
}
