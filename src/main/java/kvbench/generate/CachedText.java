package kvbench.generate;

import kvbench.cache.KvCache;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A conversation's cache, made when it is first needed, and the text whose keys and values are in
 * it. Not thread-safe.
 *
 * <p>What of a prompt need not be taken in is told by the tokens' ids alone: those at the beginning
 * that prompt and cache have in common, whatever made them.
 */
final class CachedText implements AutoCloseable {
    private static final int[] NOTHING = {};

    private final Decoder decoder;
    private final IntFunction<KvCache> caches;
    private Optional<KvCache> cache = Optional.empty();
    private int[] text = NOTHING;
    private int rewoundTokens;
    private long copiedBefore;

    CachedText(Decoder decoder, IntFunction<KvCache> caches) {
        this.decoder = decoder;
        this.caches = caches;
    }

    /**
     * Has the decoder's sequence be the beginning of {@code prompt} that the cache holds: rewinds
     * it to where the texts part, or to its beginning where what that needs was evicted. At least
     * one token of the prompt is left to take in, since only a pass gives the next one.
     *
     * @param slots that a cache is made for, where there is none
     * @return tokens of {@code prompt} that need not be taken in
     */
    int begin(int[] prompt, int slots) {
        rewoundTokens = 0;
        copiedBefore = 0;
        if (cache.isEmpty()) {
            cache = Optional.of(caches.apply(slots));
            decoder.begin(cache.get());
            return 0;
        }
        copiedBefore = cache.get().copiedBytes();
        int kept = Math.min(common(prompt), prompt.length - 1);
        rewoundTokens = text.length - kept;
        if (rewoundTokens > 0 && !decoder.canRewindTo(kept)) {
            // What was evicted is only to be had by taking the text in again.
            kept = 0;
            rewoundTokens = text.length;
        }
        if (rewoundTokens > 0) {
            decoder.rewindTo(kept);
        }
        return kept;
    }

    private int common(int[] prompt) {
        int parted = Arrays.mismatch(text, prompt);
        return parted < 0 ? text.length : parted;
    }

    /** The prompt was taken in and answered: all of both is held but the answer's last token. */
    void end(int[] prompt, int[] answer) {
        text = Arrays.copyOf(prompt, prompt.length + answer.length - 1);
        System.arraycopy(answer, 0, text, prompt.length, answer.length - 1);
    }

    /** The cache of the turn that began last. */
    KvCache cache() {
        return cache.orElseThrow(() -> new IllegalStateException("no turn has begun"));
    }

    /** What the cache came to since {@link #begin}. */
    CacheUse use() {
        return new CacheUse(
                cache().heldBytes(),
                cache().peakBytes(),
                cache().copiedBytes() - copiedBefore,
                rewoundTokens);
    }

    /** Frees the cache; the next turn begins with a new one. Does nothing where there is none. */
    void drop() {
        Optional<KvCache> closed = cache;
        cache = Optional.empty();
        text = NOTHING;
        closed.ifPresent(KvCache::close);
    }

    @Override
    public void close() {
        drop();
    }
}
