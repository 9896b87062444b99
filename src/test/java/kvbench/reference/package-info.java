/**
 * A Llama in plain Java and double precision, written from the papers alone: what every graph and
 * every cache of this suite is checked against.
 */
package kvbench.reference;
