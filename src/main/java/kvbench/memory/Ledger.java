package kvbench.memory;

import java.util.List;

/**
 * Where the memory of a process that decodes is, line by line, in bytes.
 *
 * <p><b>The lines that add up.</b> What the kernel counts as resident beyond the baseline ({@link
 * #beyondBaseline}) is, but for {@link #unaccounted}, the sum of
 *
 * <ul>
 *   <li>{@link #kvAnalytic} and {@link #kvSlack}, which together are {@link #kvHeld}; less {@link
 *       #kvUntouched}, the part of them that was asked for and never written, and so is not in
 *       memory (nothing of a cache that is full; all of one that lies on a device);
 *   <li>{@link #arenaKept};
 *   <li>{@link #weightsRead};
 *   <li>{@link #javaHeap};
 *   <li>{@link #nativeHeap}.
 * </ul>
 *
 * The cache's bytes come from its geometry, the others from the pages at their own addresses, or
 * from the C library's accounts. So the sum proves that no page went unseen; it does not prove the
 * cache's own accounts: analytic and slack make up held, and untouched is held less the pages at
 * the cache's addresses, so that these pages are all that is left of the three. A test holds held
 * against the pages of a full cache apart. What is left is the rest of the virtual machine and of
 * the runtime, some MiB, and is shown as unaccounted, never added in; beside a small cache that is
 * many per cent.
 *
 * <p>The lines of the arena's own statistics ({@link #arenaInUse}, {@link #arenaPeak}, {@link
 * #arenaReserved}) tell what the runtime handed out and took, by its own accounts; they are no part
 * of the sum, since an arena's memory is in memory only where it was written. Where a device
 * computes they are of the arena there, and {@link #arenaKept} is of the arenas on the host.
 *
 * <p>The baseline is taken when the model is loaded and warm, before a cache of the measurement is
 * made.
 *
 * @param kvAnalytic tokens whose keys and values are cached, times the bytes of one by the geometry
 * @param kvHeld bytes that the cache asked the allocator for
 * @param kvSlack held less analytic: slots paid for and not used
 * @param kvUntouched of held, bytes that are not in the host's memory: not written yet, or on a
 *     device
 * @param kvPeak the most bytes of the cache alive at once, past and present together
 * @param arenaInUse bytes of the chunks that the runtime's arena has handed out, beyond the
 *     baseline's
 * @param arenaPeak the most in use at once during the work, beyond what the baseline had in use
 * @param arenaReserved bytes that the arena took from the system, beyond the baseline's
 * @param arenaKept bytes of the arena that are in memory beside the cache, beyond the baseline's:
 *     what a step worked with and what was freed, which an arena keeps
 * @param weightsMapped pages of the weights' files that are in memory through their mapping, in all
 * @param weightsRead of these, those that came in since the baseline
 * @param weightsPrivate private memory that came with the session: the growth across its loading,
 *     less that of Java's heap, code and classes. Beside copies of weights it is the graph, the
 *     decoder's buffers and the libraries' own data
 * @param javaHeap pages of the Java heap in memory, beyond the baseline's
 * @param nativeHeap what the C library has allocated beside the arena, beyond the baseline's: pages
 *     of its heaps, in use or freed and kept, and by its own account large allocations with a
 *     mapping of their own. It is what the runtime works with beside its arena, such as the buffers
 *     that it keeps for each thread
 * @param resident all pages of the process in memory
 * @param residentPeak the most there were during the work
 * @param beyondBaseline resident less the baseline's
 * @param javaBytesPerToken bytes that Java allocated on the measuring thread per token generated
 * @param allocationsPerToken chunks that the runtime's arena handed out per token generated
 * @param deviceUsed growth of the device's memory in use since before it was opened: {@link
 *     DeviceLedger#used}
 */
public record Ledger(
        Figure kvAnalytic,
        Figure kvHeld,
        Figure kvSlack,
        Figure kvUntouched,
        Figure kvPeak,
        Figure arenaInUse,
        Figure arenaPeak,
        Figure arenaReserved,
        Figure arenaKept,
        Figure weightsMapped,
        Figure weightsRead,
        Figure weightsPrivate,
        Figure javaHeap,
        Figure nativeHeap,
        Figure resident,
        Figure residentPeak,
        Figure beyondBaseline,
        Figure javaBytesPerToken,
        Figure allocationsPerToken,
        Figure deviceUsed) {
    /** Why there is no device to tell of where the CPU computes. */
    public static final String NO_DEVICE = "the CPU provider uses no device";

    private static final String BYTES = "bytes";

    /** What a line does to the sum of those that add up. */
    public enum Part {
        ADDED,
        TAKEN_OFF,
        APART
    }

    /**
     * One line as it is reported.
     *
     * @param name without the area: {@code kv.held}
     * @param unit of its figure
     * @param part what it does to the sum
     * @param figure the number, or why there is none
     */
    public record Line(String name, String unit, Part part, Figure figure) {}

    /** Names and units of all lines, in their order, without figures. */
    public static final List<Line> FORM = unknown("not measured").lines();

    /** A ledger of which no line could be told, for {@code reason}. */
    public static Ledger unknown(String reason) {
        Figure none = Figure.unknown(reason);
        return new Ledger(
                none, none, none, none, none, none, none, none, none, none, none, none, none, none,
                none, none, none, none, none, none);
    }

    /** The sum of the lines that add up. */
    public Figure accounted() {
        return kvAnalytic
                .plus(kvSlack)
                .minus(kvUntouched)
                .plus(arenaKept)
                .plus(weightsRead)
                .plus(javaHeap)
                .plus(nativeHeap);
    }

    /** What of {@link #beyondBaseline} no line of the sum explains. */
    public Figure unaccounted() {
        return beyondBaseline.minus(accounted());
    }

    /** All lines in their order. */
    public List<Line> lines() {
        return List.of(
                new Line("kv.analytic", BYTES, Part.ADDED, kvAnalytic),
                new Line("kv.held", BYTES, Part.APART, kvHeld),
                new Line("kv.slack", BYTES, Part.ADDED, kvSlack),
                new Line("kv.untouched", BYTES, Part.TAKEN_OFF, kvUntouched),
                new Line("kv.peak", BYTES, Part.APART, kvPeak),
                new Line("arena.inuse", BYTES, Part.APART, arenaInUse),
                new Line("arena.peak", BYTES, Part.APART, arenaPeak),
                new Line("arena.reserved", BYTES, Part.APART, arenaReserved),
                new Line("arena.kept", BYTES, Part.ADDED, arenaKept),
                new Line("weights.mapped", BYTES, Part.APART, weightsMapped),
                new Line("weights.read", BYTES, Part.ADDED, weightsRead),
                new Line("weights.private", BYTES, Part.APART, weightsPrivate),
                new Line("java.heap", BYTES, Part.ADDED, javaHeap),
                new Line("native.heap", BYTES, Part.ADDED, nativeHeap),
                new Line("rss.resident", BYTES, Part.APART, resident),
                new Line("rss.peak", BYTES, Part.APART, residentPeak),
                new Line("rss.growth", BYTES, Part.APART, beyondBaseline),
                new Line("rss.unaccounted", BYTES, Part.APART, unaccounted()),
                new Line("java.alloc.norm", "bytes/token", Part.APART, javaBytesPerToken),
                new Line("ort.alloc.norm", "allocations/token", Part.APART, allocationsPerToken),
                new Line("device.used", BYTES, Part.APART, deviceUsed));
    }
}
