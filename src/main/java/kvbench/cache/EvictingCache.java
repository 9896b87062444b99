package kvbench.cache;

import kvbench.device.Storage;
import kvbench.model.KvGeometry;
import kvbench.ort.MemoryRange;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Keeps the first few tokens and the latest: a token attends to the sinks and to those of the
 * window that ends with itself. Without sinks it is a sliding window (Longformer, Beltagy et al.
 * 2020; Mistral), with them StreamingLLM (Xiao et al. 2023), but that positions stay those of the
 * text, where StreamingLLM counts them anew within the cache: so it cannot go beyond the model's
 * context length, and a key that is cached need not be rotated again.
 *
 * <p>Holds the bytes of sinks, window and two more slots from the first moment to the last, or of
 * the whole text where that needs no more: then no row is written over, and a longer text refused.
 * Since keys are rotated when they come, the order of rows means nothing, and a ring does: a step
 * is computed in place in the last slot, and its row is then copied to where the token stays, over
 * one that has left the window. That is all that is copied. Rows of the past that a token does not
 * attend to are masked.
 *
 * <p>Several tokens at once, as a prompt, are computed in place while they fit. Where they do not,
 * rows that they write over may still be attended to by the first of them: present is then a buffer
 * of its own for the rows held and the new ones, and those that stay are copied. Both are alive
 * then, which is {@link #peakBytes}; the mask of such a run, a number for each new token and row,
 * lies beside the cache.
 *
 * <p>{@link #rewindTo} goes back as far as nothing that is then needed was evicted: anywhere as
 * long as nothing was, by one token after that, and always to within the sinks.
 */
public final class EvictingCache implements KvCache {
    private final Windowing windowing;
    private final KvGeometry geometry;
    private final Storage storage;
    private final KvTensors slots; // [batch, kvHeads, slots, headDim], past, and present in place
    private final KvTensors present; // [batch, kvHeads, past + new, headDim], none between runs
    private final RowMask stepMask; // [batch, heads, 1, slots]
    private Optional<RowMask> runMask = Optional.empty(); // [batch, heads, new, past + new]
    private Run run = Run.NONE;
    private int length;
    private int oldest; // of the tokens behind the sinks that are held, if any is
    private long peakBytes;
    private long copiedBytes;

    /** What has become of a run that was bound. */
    private enum Run {
        /** There is none. */
        NONE,
        /** Past and present are the slots. */
        IN_PLACE,
        /** Its present is a buffer of its own. */
        APART,
        /** Likewise, and of that buffer what is to stay has been copied to the slots. */
        APART_AND_COPIED
    }

    EvictingCache(Windowing windowing, int slots, KvGeometry geometry, Storage storage) {
        this.windowing = windowing;
        this.geometry = geometry;
        this.storage = storage;
        stepMask = new RowMask(storage.device(), geometry.type(), 1, slots);
        try {
            this.slots = KvTensors.of(geometry, storage, slots);
        } catch (RuntimeException e) {
            stepMask.close();
            throw e;
        }
        present = new KvTensors(geometry, storage);
        peakBytes = this.slots.bytes();
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int reusedTokens() {
        return length;
    }

    @Override
    public int keptTokens() {
        int ofSinks = Math.min(length, windowing.sinks());
        return ofSinks + Math.max(0, length - Math.max(windowing.sinks(), oldest));
    }

    @Override
    public int pastRows() {
        return windowing.rows(length);
    }

    @Override
    public OptionalInt capacity() {
        return OptionalInt.of(slots.slots());
    }

    @Override
    public long heldBytes() {
        return slots.bytes();
    }

    @Override
    public long peakBytes() {
        return peakBytes;
    }

    @Override
    public long copiedBytes() {
        return copiedBytes;
    }

    @Override
    public List<MemoryRange> buffers() {
        return slots.ranges();
    }

    // ---- A run ----

    @Override
    public void bind(Step step, int newTokens) {
        slots.requireOpen();
        if (slots.slots() < windowing.slots() && length + newTokens > slots.slots()) {
            throw new CacheFullException(length, newTokens, slots.slots());
        }
        int rows = pastRows() + newTokens;
        if (windowing.isInPlace(length, newTokens)) {
            run = Run.IN_PLACE;
            step.bindInPlace(slots);
        } else {
            run = Run.APART;
            present.allocate(rows);
            step.bind(slots, present);
            peakBytes = Math.max(peakBytes, slots.bytes() + present.bytes());
        }
        step.bindMask(mask(newTokens, rows).tensor());
    }

    private RowMask mask(int newTokens, int rows) {
        RowMask mask = stepMask;
        if (newTokens > 1) {
            mask = new RowMask(storage.device(), geometry.type(), newTokens, rows);
            runMask = Optional.of(mask);
        }
        mask.begin(rows);
        for (int i = 0; i < newTokens; i++) {
            mask.hide(0, rows);
            showPast(mask, length + i);
            showNew(mask, length + i);
            mask.put(i);
        }
        return mask;
    }

    private void showPast(RowMask mask, int position) {
        mask.show(0, Math.min(length, windowing.sinks()));
        for (int token = windowing.firstAttended(position); token < length; ) {
            int inARow = Math.min(windowing.slotsInARow(token), length - token);
            mask.show(windowing.slotOf(token), inARow);
            token += inARow;
        }
    }

    /** The new tokens' rows follow those of the past, in the order of the text. */
    private void showNew(RowMask mask, int position) {
        int past = pastRows();
        mask.show(past, Math.max(0, Math.min(windowing.sinks(), position + 1) - length));
        int first = Math.max(length, windowing.firstAttended(position));
        mask.show(past + first - length, Math.max(0, position + 1 - first));
    }

    @Override
    public void ran(int newTokens) {
        if (run == Run.APART) {
            run = Run.APART_AND_COPIED;
            copyToStay(newTokens);
        } else if (windowing.rows(length) == windowing.places()) {
            slots.copyTo(slots, windowing.slotOf(length), windowing.places(), 1);
            copiedBytes += geometry.bytesPerToken();
        }
    }

    /** Copies those of the new tokens that stay from the present to their slots. */
    private void copyToStay(int newTokens) {
        int end = length + newTokens;
        int ring = windowing.places() - windowing.sinks();
        int token = length;
        while (token < end) {
            if (token >= windowing.sinks()) {
                token = Math.max(token, end - ring);
            }
            int inARow = Math.min(windowing.slotsInARow(token), end - token);
            present.copyTo(slots, windowing.slotOf(token), pastRows() + token - length, inARow);
            copiedBytes += geometry.bytes(inARow);
            token += inARow;
        }
    }

    @Override
    public void commit(int newTokens) {
        length += newTokens;
        oldest = Math.max(oldest, length - windowing.window());
        endRun();
    }

    /** Where the slots were written over already, the present has what they held. */
    @Override
    public void abandon() {
        if (run == Run.APART_AND_COPIED) {
            present.copyTo(slots, pastRows());
            copiedBytes += geometry.bytes(pastRows());
        }
        endRun();
    }

    private void endRun() {
        run = Run.NONE;
        present.free();
        if (runMask.isPresent()) {
            runMask.get().close();
            runMask = Optional.empty();
        }
    }

    // ---- Back to a shorter text ----

    @Override
    public boolean canRewindTo(int length) {
        int needed = windowing.firstAttended(length);
        return needed >= length || needed >= oldest;
    }

    @Override
    public void rewindTo(int length) {
        Rewind.checked(length, this.length);
        if (!canRewindTo(length)) {
            throw new IllegalStateException(
                    "expected to rewind to a length whose latest tokens are held, found that of %d tokens numbers %d to %d were evicted. Rewind to 0 and take in the text again, or use a larger window."
                            .formatted(
                                    length,
                                    windowing.firstAttended(length) + 1,
                                    Math.min(oldest, length)));
        }
        this.length = length;
        if (length <= windowing.sinks()) {
            oldest = 0;
        }
    }

    @Override
    public void close() {
        endRun();
        stepMask.close();
        present.close();
        slots.close();
        length = 0;
        oldest = 0;
    }
}
