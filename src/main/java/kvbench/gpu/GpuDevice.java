package kvbench.gpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One GPU, as NVML tells of it; each question is asked anew. Thread-safe. */
public final class GpuDevice {
    /** {@code nvmlMemory_t}. */
    static final StructLayout MEMORY =
            MemoryLayout.structLayout(
                    JAVA_LONG.withName("total"),
                    JAVA_LONG.withName("free"),
                    JAVA_LONG.withName("used"));

    /** {@code nvmlMemory_v2_t}. */
    static final StructLayout MEMORY_V2 =
            MemoryLayout.structLayout(
                    JAVA_INT.withName("version"),
                    MemoryLayout.paddingLayout(JAVA_INT.byteSize()),
                    JAVA_LONG.withName("total"),
                    JAVA_LONG.withName("reserved"),
                    JAVA_LONG.withName("free"),
                    JAVA_LONG.withName("used"));

    /** {@code NVML_STRUCT_VERSION(Memory, 2)}: the size, and the version in the highest byte. */
    static final int MEMORY_V2_VERSION = (int) MEMORY_V2.byteSize() | 2 << 24;

    /** {@code nvmlProcessInfo_v1_t}. */
    static final StructLayout PROCESS_V1 =
            MemoryLayout.structLayout(
                    JAVA_INT.withName("pid"),
                    MemoryLayout.paddingLayout(JAVA_INT.byteSize()),
                    JAVA_LONG.withName("usedGpuMemory"));

    /** {@code nvmlProcessInfo_v2_t}, which {@code ..._v3} of the function fills in. */
    static final StructLayout PROCESS_V2 =
            MemoryLayout.structLayout(
                    JAVA_INT.withName("pid"),
                    MemoryLayout.paddingLayout(JAVA_INT.byteSize()),
                    JAVA_LONG.withName("usedGpuMemory"),
                    JAVA_INT.withName("gpuInstanceId"),
                    JAVA_INT.withName("computeInstanceId"));

    /** {@code nvmlUtilization_t}. */
    static final StructLayout UTILIZATION =
            MemoryLayout.structLayout(JAVA_INT.withName("gpu"), JAVA_INT.withName("memory"));

    /** New processes may begin between the asking for their number and for themselves. */
    private static final int ROOM_FOR_MORE = 16;

    private static final long NOT_AVAILABLE = -1;

    /** Values of {@code nvmlClockType_t}. */
    static final int SM = 1;

    static final int MEMORY_CLOCK = 2;

    private static final double HERTZ_PER_MEGAHERTZ = 1e6;
    private static final double MILLIWATTS_PER_WATT = 1e3;
    private static final double MILLIJOULES_PER_JOULE = 1e3;
    private static final double PERCENT = 100;

    private static final Path PID_NAMESPACE = Path.of("/proc/self/ns/pid");

    /** The machine's own namespace, by the kernel's constant {@code PROC_PID_INIT_INO}. */
    private static final String OUTERMOST_NAMESPACE = "pid:[4026531836]";

    private final NvmlLibrary library;
    private final int index;
    private final MemorySegment handle;

    GpuDevice(NvmlLibrary library, int index, MemorySegment handle) {
        this.library = library;
        this.index = index;
        this.handle = handle;
    }

    /** NVML's number of it, from 0. */
    public int index() {
        return index;
    }

    public Reading<String> name() {
        return Nvml.text(library, NvmlFunction.NAME, handle);
    }

    /** {@code GPU-} and a UUID, which {@code CUDA_VISIBLE_DEVICES} takes too. */
    public Reading<String> uuid() {
        return Nvml.text(library, NvmlFunction.UUID, handle);
    }

    /** Memory of all processes now. */
    public Reading<DeviceMemory> memory() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(MEMORY_V2);
            memory.set(JAVA_INT, offset(MEMORY_V2, "version"), MEMORY_V2_VERSION);
            if (library.failure(NvmlFunction.MEMORY_INFO_V2, handle, memory).isEmpty()) {
                return Reading.of(
                        new DeviceMemory(
                                memory.get(JAVA_LONG, offset(MEMORY_V2, "total")),
                                memory.get(JAVA_LONG, offset(MEMORY_V2, "used")),
                                memory.get(JAVA_LONG, offset(MEMORY_V2, "reserved"))));
            }
            MemorySegment older = arena.allocate(MEMORY);
            return Nvml.answer(library.failure(NvmlFunction.MEMORY_INFO, handle, older), older)
                    .map(
                            cell ->
                                    new DeviceMemory(
                                            cell.get(JAVA_LONG, offset(MEMORY, "total")),
                                            cell.get(JAVA_LONG, offset(MEMORY, "used")),
                                            Double.NaN));
        }
    }

    /**
     * Bytes of this device that this process holds: all of its CUDA context, not its arena alone.
     *
     * <p>In a container the driver's process numbers are not those that the process sees, so there
     * nothing is told rather than another process's memory.
     */
    public Reading<Long> memoryOfThisProcess() {
        try {
            if (Files.isSymbolicLink(PID_NAMESPACE)
                    && !Files.readSymbolicLink(PID_NAMESPACE)
                            .toString()
                            .equals(OUTERMOST_NAMESPACE)) {
                return Reading.absent(
                        "this process is in a container, where the driver's process numbers are"
                                + " others");
            }
        } catch (IOException e) {
            return Reading.absent("it cannot be told whether this process is in a container");
        }
        return memoryOfProcess(ProcessHandle.current().pid());
    }

    /** Bytes of this device that process {@code pid} of the machine holds. */
    Reading<Long> memoryOfProcess(long pid) {
        return library.has(NvmlFunction.COMPUTE_PROCESSES_V3)
                ? memoryOfProcess(NvmlFunction.COMPUTE_PROCESSES_V3, PROCESS_V2, pid)
                : memoryOfProcess(NvmlFunction.COMPUTE_PROCESSES, PROCESS_V1, pid);
    }

    private Reading<Long> memoryOfProcess(NvmlFunction function, StructLayout process, long pid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(JAVA_INT);
            int status = library.call(function, handle, count, MemorySegment.NULL);
            if (status == NvmlLibrary.SUCCESS) {
                return notListed(0);
            }
            if (status != NvmlLibrary.INSUFFICIENT_SIZE) {
                return Reading.absent(library.reason(function, status));
            }
            int room = count.get(JAVA_INT, 0) + ROOM_FOR_MORE;
            count.set(JAVA_INT, 0, room);
            MemorySegment processes = arena.allocate(process, room);
            Optional<String> failure = library.failure(function, handle, count, processes);
            if (failure.isPresent()) {
                return Reading.absent(failure.get());
            }
            int listed = Math.min(count.get(JAVA_INT, 0), room);
            for (int i = 0; i < listed; i++) {
                long start = i * process.byteSize();
                if (processes.get(JAVA_INT, start + offset(process, "pid")) == pid) {
                    return used(processes.get(JAVA_LONG, start + offset(process, "usedGpuMemory")));
                }
            }
            return notListed(listed);
        }
    }

    private static Reading<Long> used(long bytes) {
        return bytes == NOT_AVAILABLE
                ? Reading.absent("this driver does not count memory per process")
                : Reading.of(bytes);
    }

    private static Reading<Long> notListed(int others) {
        return Reading.absent(
                "this process is not among the %d that NVML lists on the device".formatted(others));
    }

    /** Clock of the multiprocessors now, in Hz. */
    public Reading<Double> smClock() {
        return clock(NvmlFunction.CLOCK, SM);
    }

    /** The highest that {@link #smClock} can be. */
    public Reading<Double> maxSmClock() {
        return clock(NvmlFunction.MAX_CLOCK, SM);
    }

    /** Clock of the device's memory now, in Hz. */
    public Reading<Double> memoryClock() {
        return clock(NvmlFunction.CLOCK, MEMORY_CLOCK);
    }

    /** The highest that {@link #memoryClock} can be. */
    public Reading<Double> maxMemoryClock() {
        return clock(NvmlFunction.MAX_CLOCK, MEMORY_CLOCK);
    }

    private Reading<Double> clock(NvmlFunction function, int type) {
        return number(function, handle, type).map(megahertz -> megahertz * HERTZ_PER_MEGAHERTZ);
    }

    /** What holds the clocks back now, in words; empty where nothing does. */
    public Reading<List<String>> clockReasons() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(JAVA_LONG);
            NvmlFunction newer = NvmlFunction.CLOCK_EVENT_REASONS;
            NvmlFunction function =
                    library.has(newer) ? newer : NvmlFunction.CLOCK_THROTTLE_REASONS;
            return Nvml.answer(library.failure(function, handle, mask), mask)
                    .map(cell -> ClockReason.words(cell.get(JAVA_LONG, 0)));
        }
    }

    /**
     * How busy the device was of late, as NVML's last sample has it: over 1/6 s to 1 s, depending
     * on the product.
     */
    public Reading<DeviceUse> use() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rates = arena.allocate(UTILIZATION);
            return Nvml.answer(library.failure(NvmlFunction.UTILIZATION, handle, rates), rates)
                    .map(
                            cell ->
                                    new DeviceUse(
                                            cell.get(JAVA_INT, offset(UTILIZATION, "gpu"))
                                                    / PERCENT,
                                            cell.get(JAVA_INT, offset(UTILIZATION, "memory"))
                                                    / PERCENT));
        }
    }

    /**
     * The power that the board draws, in watts: from Ampere on, but for the A100's chip, the mean
     * of the last second.
     */
    public Reading<Double> power() {
        return number(NvmlFunction.POWER, handle)
                .map(milliwatts -> milliwatts / MILLIWATTS_PER_WATT);
    }

    /**
     * What the device has used since its driver was loaded, in joules: all its processes, and its
     * rest. From Volta on.
     */
    public Reading<Double> energy() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment millijoules = arena.allocate(JAVA_LONG);
            return Nvml.answer(
                            library.failure(NvmlFunction.TOTAL_ENERGY, handle, millijoules),
                            millijoules)
                    .map(cell -> cell.get(JAVA_LONG, 0) / MILLIJOULES_PER_JOULE);
        }
    }

    /** The power that the device may draw, in watts. */
    public Reading<Double> powerLimit() {
        return number(NvmlFunction.POWER_LIMIT, handle)
                .map(milliwatts -> milliwatts / MILLIWATTS_PER_WATT);
    }

    /** {@code on} or {@code off}: whether the driver stays ready between processes. Linux only. */
    public Reading<String> persistence() {
        return number(NvmlFunction.PERSISTENCE, handle).map(GpuDevice::onOrOff);
    }

    /** {@code on} or {@code off}: whether the device is split into instances. */
    public Reading<String> mig() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment current = arena.allocate(JAVA_INT);
            MemorySegment pending = arena.allocate(JAVA_INT);
            return Nvml.answer(
                            library.failure(NvmlFunction.MIG_MODE, handle, current, pending),
                            current)
                    .map(cell -> onOrOff(cell.get(JAVA_INT, 0)));
        }
    }

    /** Which machine code it runs. */
    public Reading<ComputeCapability> computeCapability() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment major = arena.allocate(JAVA_INT);
            MemorySegment minor = arena.allocate(JAVA_INT);
            return Nvml.answer(
                            library.failure(NvmlFunction.COMPUTE_CAPABILITY, handle, major, minor),
                            major)
                    .map(
                            cell ->
                                    new ComputeCapability(
                                            cell.get(JAVA_INT, 0), minor.get(JAVA_INT, 0)));
        }
    }

    /** What {@code function} writes as an {@code unsigned int} after these arguments. */
    private Reading<Integer> number(NvmlFunction function, Object... before) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(JAVA_INT);
            Object[] arguments = new Object[before.length + 1];
            System.arraycopy(before, 0, arguments, 0, before.length);
            arguments[before.length] = number;
            return Nvml.answer(library.failure(function, arguments), number)
                    .map(cell -> cell.get(JAVA_INT, 0));
        }
    }

    private static String onOrOff(int state) {
        return state == 0 ? "off" : "on";
    }

    private static long offset(StructLayout layout, String field) {
        return layout.byteOffset(MemoryLayout.PathElement.groupElement(field));
    }
}
