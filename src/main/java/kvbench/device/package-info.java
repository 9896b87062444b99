/**
 * Where a model computes: whose memory its buffers lie in, and copies in the order of its work. The
 * same code decodes on the host and on a GPU by what is here.
 */
package kvbench.device;
