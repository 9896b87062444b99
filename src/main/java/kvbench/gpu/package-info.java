/**
 * NVIDIA's GPUs: their memory through CUDA's runtime, and what the driver's management library
 * (NVML) tells of them.
 *
 * <p>Absence fails nothing: a machine without a library, a library without a function and a device
 * without an answer are each a {@link kvbench.gpu.Reading.Absent} with its reason. A CUDA call that
 * fails is a {@link kvbench.gpu.CudaException}.
 */
package kvbench.gpu;
