package kvbench.cache;

import kvbench.ort.MemoryRange;

import java.util.List;
import java.util.OptionalInt;

/**
 * No cache: each step computes the whole sequence again, as Hugging Face does with {@code
 * use_cache=False}.
 *
 * <p>It holds no memory and is what the other strategies are compared with.
 */
public final class NoCache implements KvCache {
    private int length;
    private boolean closed;

    @Override
    public int length() {
        return length;
    }

    @Override
    public int reusedTokens() {
        return 0;
    }

    @Override
    public OptionalInt capacity() {
        return OptionalInt.empty();
    }

    @Override
    public long heldBytes() {
        return 0;
    }

    @Override
    public long peakBytes() {
        return 0;
    }

    @Override
    public long copiedBytes() {
        return 0;
    }

    @Override
    public List<MemoryRange> buffers() {
        return List.of();
    }

    @Override
    public void bind(Step step, int newTokens) {
        // The graph has neither past nor present.
        if (closed) {
            throw new IllegalStateException("the cache is closed");
        }
    }

    @Override
    public void commit(int newTokens) {
        length += newTokens;
    }

    @Override
    public void abandon() {
        // Nothing was allocated.
    }

    @Override
    public void rewindTo(int length) {
        this.length = Rewind.checked(length, this.length);
    }

    @Override
    public void close() {
        closed = true;
        length = 0;
    }
}
