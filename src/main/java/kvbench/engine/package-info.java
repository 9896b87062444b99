/**
 * From a model's folder to something that decodes: sessions over exported graphs, one per cache
 * interface.
 */
package kvbench.engine;
