/**
 * ONNX Runtime's C API through the Foreign Function and Memory API: as much of it as a decoder
 * needs whose buffers are Java's own. Knows nothing of caches or of Llama, and can be used alone.
 *
 * <p>No object here is thread-safe unless it says so. Each native thing has one owner, which closes
 * it; closing twice is harmless. On the path of a decode step ({@link kvbench.ort.OrtTensor#view},
 * {@link kvbench.ort.IoBinding.Port#bind}, {@link kvbench.ort.OrtSession#run}, {@link
 * kvbench.ort.OrtAllocator#allocate}) nothing is allocated on the Java heap.
 */
package kvbench.ort;
