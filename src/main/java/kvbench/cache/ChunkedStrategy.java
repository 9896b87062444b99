package kvbench.cache;

import kvbench.device.Storage;
import kvbench.model.InputException;
import kvbench.model.KvGeometry;
import kvbench.onnx.CacheInterface;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * {@link ChunkedCache}.
 *
 * @param first slots at first, at least 1
 * @param growth how many times as many there are after it has grown, more than 1
 * @param written as a user wrote it
 */
record ChunkedStrategy(int first, BigDecimal growth, String written) implements CacheStrategy {
    static final String NAME = "chunked";
    static final List<String> SETTINGS = List.of("FIRST", "GROWTH");

    private static final int DEFAULT_FIRST = 64;
    private static final BigDecimal DEFAULT_GROWTH = BigDecimal.TWO;
    private static final int MOST_SLOTS = 1 << 30;

    /**
     * @param settings the first size and the growth, of which those left out are the defaults
     */
    static ChunkedStrategy of(List<String> settings) {
        String written =
                NAME + settings.stream().map(setting -> ":" + setting).reduce("", String::concat);
        return new ChunkedStrategy(
                settings.isEmpty() ? DEFAULT_FIRST : first(settings.getFirst(), written),
                settings.size() < 2 ? DEFAULT_GROWTH : growth(settings.get(1), written),
                written);
    }

    private static int first(String text, String written) {
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw InputException.wrongUse(
                    "strategy \"%s\": expected a first size from 1 to 999999999 tokens, found \"%s\"."
                            .formatted(written, text));
        }
        return Integer.parseInt(text);
    }

    private static BigDecimal growth(String text, String written) {
        if (!text.matches("\\d{1,2}(\\.\\d{1,3})?")
                || new BigDecimal(text).compareTo(BigDecimal.ONE) <= 0) {
            throw InputException.wrongUse(
                    "strategy \"%s\": expected a growth above 1 and below 100, such as 1.5, found \"%s\"."
                            .formatted(written, text));
        }
        return new BigDecimal(text);
    }

    /** The least of its sizes that holds {@code tokens}. */
    int capacityFor(long tokens) {
        long capacity = first;
        while (capacity < tokens) {
            capacity =
                    BigDecimal.valueOf(capacity)
                            .multiply(growth)
                            .setScale(0, RoundingMode.CEILING)
                            .longValueExact();
        }
        return Math.toIntExact(Math.min(capacity, Math.max(tokens, MOST_SLOTS)));
    }

    @Override
    public CacheInterface graph() {
        return CacheInterface.PAST_PRESENT;
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public KvCache open(KvGeometry geometry, Storage storage, int capacity) {
        return new ChunkedCache(this, geometry, storage);
    }

    @Override
    public long heldBytes(KvGeometry geometry, long tokens, long capacity) {
        return geometry.bytes(capacityFor(tokens));
    }

    @Override
    public long peakBytes(KvGeometry geometry, long cached, long newTokens, long capacity) {
        int before = capacityFor(cached);
        int after = capacityFor(cached + newTokens);
        return geometry.bytes(before == after ? after : (long) before + after);
    }

    @Override
    public String toString() {
        return written;
    }
}
