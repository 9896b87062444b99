/**
 * Native libraries that travel in the class path: which one this machine takes, and the file that
 * the system's loader can open.
 */
package kvbench.natives;
