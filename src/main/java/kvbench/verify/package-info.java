/** Whether the strategies that claim to be exact give the tokens of no cache at all. */
package kvbench.verify;
