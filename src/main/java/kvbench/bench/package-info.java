/** What is timed, under which parameters, and how a matrix of them is run. */
package kvbench.bench;
