package kvbench.device;

/** Where a cache's buffers come from. */
public enum AllocatorChoice {
    /** The session's arena, which keeps what is freed. */
    ARENA,

    /** The device's own allocator, with nothing between: {@code cudaMalloc}. */
    MALLOC
}
