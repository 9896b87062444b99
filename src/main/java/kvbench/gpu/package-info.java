/**
 * What NVIDIA's driver tells of its GPUs, through its management library (NVML).
 *
 * <p>Nothing here fails: a machine without the library, a library without a function and a device
 * without an answer are each a {@link kvbench.gpu.Reading.Absent} with its reason.
 */
package kvbench.gpu;
