/**
 * Sets results side by side and says of each pair what may be said. Lays nothing out, reads no
 * file.
 */
package kvbench.compare;
