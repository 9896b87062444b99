/** A table, how its figures are written, and how it is laid out. */
package kvbench.table;
