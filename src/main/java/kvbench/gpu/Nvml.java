package kvbench.gpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * NVIDIA's management library: which GPUs there are, and the driver under them. Thread-safe.
 *
 * <p>Source: {@code nvml.h} of the driver's SDK.
 */
public final class Nvml implements AutoCloseable {
    /** System property that names a library file instead of the system's own. */
    public static final String PATH_PROPERTY = "kvbench.nvml";

    private static final long OPEN_SECONDS = 10;

    /** Enough for each text that NVML gives. */
    private static final long LONGEST_TEXT = 96;

    private static final int CUDA_MAJOR = 1000;
    private static final int CUDA_MINOR = 10;

    private final NvmlLibrary library;
    private boolean closed;

    private Nvml(NvmlLibrary library) {
        this.library = library;
    }

    /** The driver's library, ready to be asked; the caller's to close. */
    public static Reading<Nvml> open() {
        return open(System.getProperty(PATH_PROPERTY, ""));
    }

    /**
     * As {@link #open()}, with the library file {@code given} where that is not blank.
     *
     * <p>A driver whose GPU hangs may never answer, so it is asked by a thread of its own.
     */
    static Reading<Nvml> open(String given) {
        var answer =
                CompletableFuture.supplyAsync(
                        () -> NvmlLibrary.load(given).then(Nvml::begin),
                        task -> Thread.ofPlatform().daemon().name("nvml").start(task));
        try {
            return answer.get(OPEN_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return Reading.absent("NVML did not answer within %d s".formatted(OPEN_SECONDS));
        } catch (ExecutionException e) {
            return Reading.absent("NVML could not be asked (%s)".formatted(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Reading.absent("the run was interrupted");
        }
    }

    private static Reading<Nvml> begin(NvmlLibrary library) {
        Optional<String> failure = library.failure(NvmlFunction.INIT);
        return failure.isPresent() ? Reading.absent(failure.get()) : Reading.of(new Nvml(library));
    }

    /** Version of the driver, such as 570.124.06. */
    public Reading<String> driver() {
        return text(library, NvmlFunction.DRIVER_VERSION);
    }

    /** Version of NVML itself, such as 12.570.124.06. */
    public Reading<String> version() {
        return text(library, NvmlFunction.NVML_VERSION);
    }

    /** The newest CUDA that the driver supports, such as 12.8. */
    public Reading<String> cuda() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(JAVA_INT);
            return answer(library.failure(NvmlFunction.CUDA_DRIVER_VERSION, version), version)
                    .map(cell -> cell.get(JAVA_INT, 0))
                    .map(
                            number ->
                                    "%d.%d"
                                            .formatted(
                                                    number / CUDA_MAJOR,
                                                    number % CUDA_MAJOR / CUDA_MINOR));
        }
    }

    /**
     * The GPUs that this process sees, in the order of their PCI buses. (CUDA may number them
     * otherwise.)
     */
    public Reading<List<GpuDevice>> devices() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(JAVA_INT);
            return answer(library.failure(NvmlFunction.COUNT, count), count)
                    .map(cell -> cell.get(JAVA_INT, 0))
                    .then(this::devices);
        }
    }

    private Reading<List<GpuDevice>> devices(int count) {
        var devices = new ArrayList<GpuDevice>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = arena.allocate(ADDRESS);
            for (int index = 0; index < count; index++) {
                Optional<String> failure =
                        library.failure(NvmlFunction.HANDLE_BY_INDEX, index, handle);
                if (failure.isPresent()) {
                    return Reading.absent("GPU %d: %s".formatted(index, failure.get()));
                }
                devices.add(new GpuDevice(library, index, handle.get(ADDRESS, 0)));
            }
        }
        return Reading.of(List.copyOf(devices));
    }

    /** What {@code function} writes, given {@code before}, a buffer and the buffer's length. */
    static Reading<String> text(NvmlLibrary library, NvmlFunction function, Object... before) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LONGEST_TEXT);
            var arguments = new ArrayList<Object>(List.of(before));
            arguments.add(buffer);
            arguments.add((int) LONGEST_TEXT);
            return answer(library.failure(function, arguments.toArray()), buffer)
                    .map(cell -> cell.getString(0));
        }
    }

    /** {@code written}, to be read before its arena closes, or why nothing was. */
    static Reading<MemorySegment> answer(Optional<String> failure, MemorySegment written) {
        return failure.<Reading<MemorySegment>>map(Reading::absent)
                .orElseGet(() -> Reading.of(written));
    }

    /** Ends the asking; what this gave answers no more. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            library.call(NvmlFunction.SHUTDOWN);
        }
    }
}
