/**
 * Prefill, decode steps and conversations: which tokens go through a graph, and when each comes
 * out.
 */
package kvbench.generate;
