/** What a matrix is going to need in bytes and minutes, before it runs and while it does. */
package kvbench.plan;
