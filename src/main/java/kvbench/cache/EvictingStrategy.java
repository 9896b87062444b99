package kvbench.cache;

import kvbench.device.Storage;
import kvbench.model.InputException;
import kvbench.model.KvGeometry;
import kvbench.onnx.CacheInterface;

import java.util.List;

/**
 * {@link EvictingCache}: {@code window}, or {@code sink}.
 *
 * @param sinks tokens from the text's beginning that stay
 * @param size latest tokens that stay, at least 1
 * @param unit what the size is counted in
 * @param written as a user wrote it
 */
record EvictingStrategy(int sinks, int size, Unit unit, String written) implements CacheStrategy {
    static final String WINDOW = "window";
    static final List<String> WINDOW_SETTINGS = List.of("SIZE");
    static final String SINK = "sink";
    static final List<String> SINK_SETTINGS = List.of("SINKS", "SIZE");

    /** As many as StreamingLLM found to be enough. */
    private static final String DEFAULT_SINKS = "4";

    private static final String DEFAULT_SIZE = "50%";
    private static final int HUNDRED = 100;

    /** What a size is counted in. */
    enum Unit {
        TOKENS,
        /** Of the capacity that a cache is opened with. */
        PER_CENT
    }

    /**
     * @param settings the size, or nothing for the default
     */
    static EvictingStrategy window(List<String> settings) {
        String written = written(WINDOW, settings);
        return of("0", settings.isEmpty() ? DEFAULT_SIZE : settings.getFirst(), written);
    }

    /**
     * @param settings the number of sinks and the size, of which those left out are the defaults
     */
    static EvictingStrategy sink(List<String> settings) {
        String written = written(SINK, settings);
        return of(
                settings.isEmpty() ? DEFAULT_SINKS : settings.getFirst(),
                settings.size() < 2 ? DEFAULT_SIZE : settings.get(1),
                written);
    }

    private static String written(String name, List<String> settings) {
        return name + settings.stream().map(setting -> ":" + setting).reduce("", String::concat);
    }

    private static EvictingStrategy of(String sinks, String size, String written) {
        if (!sinks.matches("\\d{1,9}")) {
            throw InputException.wrongUse(
                    "strategy \"%s\": expected 0 to 999999999 sink tokens, found \"%s\"."
                            .formatted(written, sinks));
        }
        boolean perCent = size.matches("(100|[1-9]\\d?)%");
        if (!perCent && !size.matches("[1-9]\\d{0,8}")) {
            throw InputException.wrongUse(
                    "strategy \"%s\": expected a size from 1 to 999999999 tokens, or from 1%% to 100%% of the capacity, found \"%s\"."
                            .formatted(written, size));
        }
        return new EvictingStrategy(
                Integer.parseInt(sinks),
                Integer.parseInt(size.replace("%", "")),
                perCent ? Unit.PER_CENT : Unit.TOKENS,
                written);
    }

    /** What a cache keeps that is opened with {@code capacity}. */
    Windowing windowing(long capacity) {
        return switch (unit) {
            case TOKENS -> new Windowing(sinks, size);
            case PER_CENT -> {
                long window = Math.multiplyExact(capacity, (long) size) / HUNDRED;
                yield new Windowing(sinks, Math.toIntExact(Math.max(1, window)));
            }
        };
    }

    /** A text that has room needs no more than its own. */
    private int slots(long capacity) {
        return (int) Math.min(windowing(capacity).slots(), Math.max(1, capacity));
    }

    @Override
    public CacheInterface graph() {
        return CacheInterface.MASKED_PAST_PRESENT;
    }

    @Override
    public boolean evicts() {
        return true;
    }

    @Override
    public boolean exact() {
        return false;
    }

    @Override
    public KvCache open(KvGeometry geometry, Storage storage, int capacity) {
        return new EvictingCache(windowing(capacity), slots(capacity), geometry, storage);
    }

    @Override
    public long heldBytes(KvGeometry geometry, long tokens, long capacity) {
        return geometry.bytes(slots(capacity));
    }

    @Override
    public long peakBytes(KvGeometry geometry, long cached, long newTokens, long capacity) {
        Windowing windowing = windowing(capacity);
        long held = geometry.bytes(slots(capacity));
        return windowing.isInPlace(cached, newTokens)
                ? held
                : Math.addExact(held, geometry.bytes(windowing.rows(cached) + newTokens));
    }

    @Override
    public String toString() {
        return written;
    }
}
