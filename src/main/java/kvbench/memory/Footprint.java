package kvbench.memory;

import kvbench.ort.MemoryRange;

import java.util.List;

/**
 * What the kernel counts of this process, page by page, at one moment.
 *
 * @param resident bytes in memory, mapped files included
 * @param anonymous of these, pages that are of no file: private memory
 * @param javaHeap of these, pages of the Java heap
 * @param weights of the resident bytes, pages of the weights' files
 * @param nativeHeap of the anonymous bytes, pages of the C library's heaps: small allocations, and
 *     those that were freed and not given back; large ones are mappings of their own
 * @param nativeHeaps where these heaps lie
 * @param javaOther bytes that the virtual machine committed beside its heap: compiled code and
 *     classes
 */
record Footprint(
        Figure resident,
        Figure anonymous,
        Figure javaHeap,
        Figure weights,
        Figure nativeHeap,
        List<MemoryRange> nativeHeaps,
        Figure javaOther) {
    /** Whether {@code range} lies in one of the C library's heaps. */
    boolean inNativeHeap(MemoryRange range) {
        return nativeHeaps.stream()
                .anyMatch(heap -> range.address() >= heap.address() && range.end() <= heap.end());
    }
}
