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

    /** A page of a terminal; paths of files come on top. */
    private static final int LONGEST_MESSAGE = 2000;

    private static final Pattern FORM =
            Pattern.compile(
                    "(.+)expected (.+), found (.+)\\."
                            .replace(".+", "[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+"));

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** A reader that keeps to the memory of a tree of JSON. */
    public static Reader ofJson() {
        return new Reader(500);
    }

    /**
     * Reads.
     *
     * @param bytes length of what is read
     * @return what was read, or empty where it was refused as it should be
     */
    public <T> Optional<T> read(long bytes, Supplier<T> reader) {
        long cpuBefore = THREADS.getCurrentThreadCpuTime();
        long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        Optional<T> read;
        try {
            read = Optional.of(reader.get());
        } catch (InputException e) {
            assertWellFormed(e);
            read = Optional.empty();
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
        long nanos = THREADS.getCurrentThreadCpuTime() - cpuBefore;
        long allowed = ALLOCATED_AT_ALL + allocatedPerByte * bytes;
        assertAll(
                () ->
                        assertTrue(
                                allocated <= allowed,
                                "%,d bytes were allocated for %,d bytes of input"
                                        .formatted(allocated, bytes)),
                () ->
                        assertTrue(
                                nanos <= TimeUnit.SECONDS.toNanos(LONGEST_SECONDS),
                                "%,d ms were spent on %,d bytes of input"
                                        .formatted(TimeUnit.NANOSECONDS.toMillis(nanos), bytes)));
        return read;
    }

    private static void assertWellFormed(InputException e) {
        String message = e.getMessage();
        assertAll(
                () -> assertTrue(message.length() <= LONGEST_MESSAGE, message),
                () -> assertTrue(FORM.matcher(message).matches(), message),
                () -> assertFalse(e.isWrongUse(), message));
    }
}
