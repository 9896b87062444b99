/**
 * What a model is: its shape, the types of its elements, the size of its cache. Knows no runtime
 * and no file layout.
 */
package kvbench.model;
