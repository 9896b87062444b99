package kvbench.untrusted;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;

import kvbench.model.InputException;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Has a reader read, and holds it to what it owes: a value, or an {@link InputException} in one
 * line; in bounded time, and with no more memory than the input justifies.
 *
 * @param allocatedPerByte Java bytes that the reader may allocate for each byte that it is given
 */
public record Reader(long allocatedPerByte) {
    /** For classes that are loaded, tables of fixed size, and a test's own strings. */
    private static final long ALLOCATED_AT_ALL = 64L << 20;

    /** Of the processor, so that a busy machine does not matter; far above what any input takes. */
    private static final long LONGEST_SECONDS = 10;

    private static final int TRIES = 3;

    /** A page of a terminal; paths of files come on top. */
    private static final int LONGEST_MESSAGE = 2000;

    private static final Pattern FORM =
            Pattern.compile(
                    "(.+)expected (.+), found (.+)"
                            .replace(".+", "[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+"));

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** A reader that keeps to the memory of a tree of JSON. */
    public static Reader ofJson() {
        return new Reader(500);
    }

    /**
     * Reads; where that takes too much, again, since the first time loads classes.
     *
     * @param bytes length of what is read
     * @return what was read, or empty where it was refused as it should be
     */
    public <T> Optional<T> read(long bytes, Supplier<T> reader) {
        long allowed = ALLOCATED_AT_ALL + allocatedPerByte * bytes;
        Cost<T> cost = cost(reader);
        for (int again = 0; again < TRIES && !cost.isWithin(allowed); again++) {
            cost = cost(reader);
        }
        assertTrue(
                cost.isWithin(allowed),
                "%,d bytes were allocated and %,d ms spent on %,d bytes of input"
                        .formatted(
                                cost.allocated(),
                                TimeUnit.NANOSECONDS.toMillis(cost.nanos()),
                                bytes));
        return cost.read();
    }

    private record Cost<T>(Optional<T> read, long allocated, long nanos) {
        boolean isWithin(long bytes) {
            return allocated <= bytes && nanos <= TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        }
    }

    private static <T> Cost<T> cost(Supplier<T> reader) {
        long cpuBefore = THREADS.getCurrentThreadCpuTime();
        long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        Optional<T> read;
        try {
            read = Optional.of(reader.get());
        } catch (InputException e) {
            assertWellFormed(e);
            read = Optional.empty();
        }
        return new Cost<>(
                read,
                THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore,
                THREADS.getCurrentThreadCpuTime() - cpuBefore);
    }

    private static void assertWellFormed(InputException e) {
        String message = e.getMessage();
        assertAll(
                () -> assertTrue(message.length() <= LONGEST_MESSAGE, message),
                () -> assertTrue(FORM.matcher(message).matches(), message),
                () -> assertFalse(e.isWrongUse(), message));
    }
}
