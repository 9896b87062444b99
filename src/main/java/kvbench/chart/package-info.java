/**
 * Draws charts of plain numbers as SVG and PNG. Knows nothing of benchmarks; no type of the drawing
 * libraries leaves it.
 */
package kvbench.chart;
