/**
 * What the operating system has to do with it: which of the native libraries in the class path this
 * machine takes, the file that its loader can open, and the signals that end a process.
 */
package kvbench.natives;
