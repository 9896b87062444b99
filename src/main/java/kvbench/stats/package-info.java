/**
 * Compares fork scores: is one side slower, by what factor, since which run. Reads no results and
 * lays out nothing.
 */
package kvbench.stats;
