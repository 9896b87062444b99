/** The strategies: who owns past and present, how they grow, and what they hold. */
package kvbench.cache;
