/**
 * What a command line asks to be measured: JMH's options, the cells of the matrix, what each asks
 * of model and machine, and what cannot work.
 */
package kvbench.matrix;
