/** How a matrix is run: parity first, then fork by fork, with progress, into a run's folder. */
package kvbench.suite;
