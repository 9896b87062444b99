package kvbench.store;

/**
 * One fork of one cell: what is measured, kept, resumed and lost as a whole.
 *
 * @param cell index of the cell in the whole matrix, from 0
 * @param fork number of the fork within its cell, from 1
 */
public record ForkRun(int cell, int fork) {}
