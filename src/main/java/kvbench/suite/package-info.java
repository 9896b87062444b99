/**
 * How a matrix of benchmarks is run: its cells, what cannot work, progress, and what is kept on
 * disk.
 */
package kvbench.suite;
