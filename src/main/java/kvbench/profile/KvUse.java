package kvbench.profile;

/**
 * What one cache came to in an iteration, in bytes.
 *
 * @param heldBytes what it held at the end
 * @param liveBytes the part of it that its tokens take
 * @param copiedBytes keys and values that the strategy copied in the iteration
 */
public record KvUse(long heldBytes, long liveBytes, long copiedBytes) {}
