package kvbench.stats;

/**
 * Where a history of runs changed for good.
 *
 * @param run index of the first run after the change
 * @param ratio the median of the runs from here to the next change, over that of the runs since the
 *     last
 * @param p of the step of the search that found it
 */
public record ChangePoint(int run, double ratio, double p) {}
