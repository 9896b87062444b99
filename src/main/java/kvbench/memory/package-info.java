/** Where the bytes of this process are: what a cache, the runtime, the weights and Java take. */
package kvbench.memory;
