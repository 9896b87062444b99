package kvbench.memory;

import kvbench.memory.Ledger.Line;
import kvbench.memory.Ledger.Part;

import java.util.List;

/**
 * What a process that decodes holds of a GPU's memory, line by line, in bytes.
 *
 * <p><b>The lines that add up.</b> {@link #used}, by which the device's memory in use has grown
 * since before the process opened it, is, but for {@link #unaccounted}, the sum of {@link
 * #context}, {@link #session}, {@link #weights}, {@link #kvHeld}, {@link #scratch}, {@link
 * #arenaUnused}, {@link #libraries} and {@link #graph}. Those of the arena come from its own
 * statistics, the cache's from what it asked for; context, session, libraries and graph are growths
 * of the device's memory in use, each over a time in which nothing else is done, less that of the
 * arena. So what is left unaccounted came after the baseline: what an allocator rounds up, kernels
 * that were loaded later, and other processes.
 *
 * <p>The driver counts all processes together: who shares the device reads the others' growth among
 * these lines.
 *
 * @param context what opening the device brought: CUDA's context, and its libraries as far as they
 *     load then
 * @param session what loading the session brought beside its arena: handles and workspaces of its
 *     libraries, and the decoder's buffers
 * @param weights of the arena, in use once the session is loaded and before any run
 * @param kvHeld bytes that the cache asked its allocator for
 * @param kvArena of these, those that come from the arena; the others are {@code cudaMalloc}'s
 * @param scratch of the arena, in use at its peak beyond the weights and what the cache had of it
 *     at its own peak; with what the arena's chunks are larger than asked for
 * @param arenaUnused of the arena, what was taken from the device and is none of these: reserved
 *     less in use
 * @param libraries what the first runs brought beside the arena: workspaces of cuBLAS and cuDNN,
 *     and kernels, which are loaded when they first run
 * @param graph what recording CUDA graphs brought beside the arena, all recordings of the session
 *     together that were looked at, since it keeps them; 0 where none is recorded
 * @param used growth of the device's memory in use since before it was opened, by NVML
 * @param usedByCuda the same since it was opened, by {@code cudaMemGetInfo}, which cannot be asked
 *     before: to be held against {@link #used} less {@link #context}
 */
public record DeviceLedger(
        Figure context,
        Figure session,
        Figure weights,
        Figure kvHeld,
        Figure kvArena,
        Figure scratch,
        Figure arenaUnused,
        Figure libraries,
        Figure graph,
        Figure used,
        Figure usedByCuda) {
    private static final String BYTES = "bytes";

    /** The sum of the lines that add up. */
    public Figure accounted() {
        return context.plus(session)
                .plus(weights)
                .plus(kvHeld)
                .plus(scratch)
                .plus(arenaUnused)
                .plus(libraries)
                .plus(graph);
    }

    /** What of {@link #used} no line of the sum explains. */
    public Figure unaccounted() {
        return used.minus(accounted());
    }

    /** All lines in their order, by their names in full. */
    public List<Line> lines() {
        return List.of(
                new Line("vram.context", BYTES, Part.ADDED, context),
                new Line("vram.session", BYTES, Part.ADDED, session),
                new Line("vram.weights", BYTES, Part.ADDED, weights),
                new Line("vram.kv.held", BYTES, Part.ADDED, kvHeld),
                new Line("vram.kv.arena", BYTES, Part.APART, kvArena),
                new Line("vram.scratch", BYTES, Part.ADDED, scratch),
                new Line("vram.arena.unused", BYTES, Part.ADDED, arenaUnused),
                new Line("vram.libraries", BYTES, Part.ADDED, libraries),
                new Line("vram.graph", BYTES, Part.ADDED, graph),
                new Line("vram.unaccounted", BYTES, Part.APART, unaccounted()),
                new Line("vram.used", BYTES, Part.APART, used),
                new Line("vram.used.cuda", BYTES, Part.APART, usedByCuda));
    }
}
