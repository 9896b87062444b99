/** What a run was measured on, written beside its results and read back. Measures nothing. */
package kvbench.context;
