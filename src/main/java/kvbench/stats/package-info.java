/**
 * Medians, intervals, tests: the fork is the replicate. Knows numbers and nothing of benchmarks.
 */
package kvbench.stats;
