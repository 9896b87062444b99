package kvbench.memory;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The most memory that this process had resident at once since the interval began: a true peak,
 * which the kernel keeps.
 *
 * <p>Linux sets its mark back when {@value #RESET} is written to {@value #CLEAR_REFS}, which
 * touches no page. Intervals may overlap: setting the mark back for one tells the others what it
 * was. Where the mark cannot be set back there is no figure. Thread-safe.
 */
public final class ResidentPeak {
    private static final String CLEAR_REFS = "/proc/self/clear_refs";

    /** Sets back the peak of resident memory. Source: Linux, {@code proc_pid_clear_refs(5)}. */
    private static final String RESET = "5";

    private static final List<ResidentPeak> OPEN = new ArrayList<>();

    private double most = Double.NEGATIVE_INFINITY;
    private String reason = "";

    private ResidentPeak() {}

    /** Begins an interval at the memory that is resident now. */
    public static ResidentPeak begin() {
        synchronized (OPEN) {
            var begun = new ResidentPeak();
            OPEN.forEach(open -> open.raise(ProcessMemory.now()));
            begun.reason = reset();
            OPEN.add(begun);
            return begun;
        }
    }

    /** Ends the interval: the peak in bytes. */
    public Figure end() {
        synchronized (OPEN) {
            ProcessMemory now = ProcessMemory.now();
            OPEN.forEach(open -> open.raise(now));
            OPEN.remove(this);
            if (Double.isNaN(most)) {
                return Figure.unknown(ProcessMemory.ONLY_LINUX);
            }
            return reason.isEmpty() ? Figure.of(most) : Figure.unknown(reason);
        }
    }

    /** The kernel's mark can lag some pages behind what it tells to be resident. */
    private void raise(ProcessMemory now) {
        most = Math.max(most, Math.max(now.peakResidentBytes(), now.residentBytes()));
    }

    /** Sets the mark back, and answers why that cannot be done, or "". */
    private static String reset() {
        try (var out = new FileOutputStream(CLEAR_REFS)) {
            out.write(RESET.getBytes(StandardCharsets.US_ASCII));
            return "";
        } catch (IOException e) {
            return "the peak of resident memory cannot be set back: %s is not writable here"
                    .formatted(CLEAR_REFS);
        }
    }
}
