/**
 * The transformer as an ONNX graph over a checkpoint's own weights: one graph per cache interface.
 */
package kvbench.onnx;
