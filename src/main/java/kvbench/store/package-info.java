/**
 * A run's folder: what is kept of each fork as soon as it is measured, and the files that are
 * composed of it.
 */
package kvbench.store;
