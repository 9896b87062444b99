package kvbench.memory;

import kvbench.ort.MemoryRange;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Where the Java heap lies: the addresses that the virtual machine reserved for it when it started.
 *
 * <p>Told by HotSpot's diagnostic command {@code GC.heap_info}, for the collectors that print
 * addresses: G1, Serial and Parallel.
 */
final class JavaHeap {
    static final String NOT_TOLD =
            "the virtual machine does not tell where its heap lies (G1 and Serial and Parallel do)";

    /** {@code [0x0000000682c00000, 0x0000000800000000)}, in Serial's with an end in between. */
    private static final Pattern ADDRESSES =
            Pattern.compile("\\[0x([0-9a-f]{1,16}), (?:0x[0-9a-f]{1,16}, )?0x([0-9a-f]{1,16})\\)");

    private static final Optional<MemoryRange> RANGE = of(heapInfo());

    private JavaHeap() {}

    /** The addresses reserved, or empty where they are not told. */
    static Optional<MemoryRange> range() {
        return RANGE;
    }

    /** From the lowest address that {@code heapInfo} names to the highest. */
    static Optional<MemoryRange> of(String heapInfo) {
        Matcher addresses = ADDRESSES.matcher(heapInfo);
        long from = Long.MAX_VALUE;
        long to = 0;
        while (addresses.find()) {
            from = Math.min(from, Long.parseUnsignedLong(addresses.group(1), 16));
            to = Math.max(to, Long.parseUnsignedLong(addresses.group(2), 16));
        }
        return from < to ? Optional.of(new MemoryRange(from, to - from)) : Optional.empty();
    }

    private static String heapInfo() {
        try {
            return (String)
                    ManagementFactory.getPlatformMBeanServer()
                            .invoke(
                                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                    "gcHeapInfo",
                                    new Object[0],
                                    new String[0]);
        } catch (JMException e) {
            // Another virtual machine than HotSpot.
            return "";
        }
    }
}
