package kvbench.profile;

/**
 * What one cache came to in a turn, or in an iteration without turns, in bytes.
 *
 * @param heldBytes what it held at the end
 * @param liveBytes the part of it that its tokens take
 * @param copiedBytes keys and values that the strategy copied in that time
 */
public record KvUse(long heldBytes, long liveBytes, long copiedBytes) {}
