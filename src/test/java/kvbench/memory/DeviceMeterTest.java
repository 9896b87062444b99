package kvbench.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.device.AllocatorChoice;
import kvbench.gpu.DeviceSpace;
import kvbench.gpu.FakeNvml;
import kvbench.gpu.Nvml;
import kvbench.gpu.OwnGpu;
import kvbench.gpu.Reading;
import kvbench.memory.Ledger.Line;
import kvbench.memory.Ledger.Part;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A device whose use is set by hand: each growth another power of ten. */
class DeviceMeterTest {
    private static final long TOTAL = 1L << 40;

    /** Of others, before anything. */
    private static final long OTHERS = 7;

    @TempDir Path folder;

    private Figure used = Figure.of(OTHERS);
    private Optional<ArenaUse> arena = Optional.empty();

    @Test
    void aCacheOfTheDriversIsALineBesideTheArena() {
        DeviceMeter meter = recordedOnce(AllocatorChoice.MALLOC);
        // 300 of cache, which the driver rounds up to 320, and 40 of arena for longer passes.
        grow(320 + 40);
        arena(5_000, 5_900, 6_140);
        DeviceLedger ledger = meter.end(Figure.of(300), Figure.of(300));

        assertEquals(
                figures(
                        "vram.context=1000000 vram.session=20000 vram.weights=5000"
                                + " vram.kv.held=300 vram.kv.arena=0 vram.scratch=900"
                                + " vram.arena.unused=240 vram.libraries=400000 vram.graph=70000"
                                + " vram.unaccounted=20 vram.used=1496460 vram.used.cuda=496460"),
                figures(ledger));
    }

    @Test
    void aCacheOfTheArenaIsALineWithinIt() {
        DeviceMeter meter = recordedOnce(AllocatorChoice.ARENA);
        grow(940);
        // At the peak past and present, 600 together, and 300 to work with.
        arena(5_300, 5_900, 7_040);
        DeviceLedger ledger = meter.end(Figure.of(300), Figure.of(600));

        assertEquals(
                figures(
                        "vram.context=1000000 vram.session=20000 vram.weights=5000"
                                + " vram.kv.held=300 vram.kv.arena=300 vram.scratch=300"
                                + " vram.arena.unused=1440 vram.libraries=400000 vram.graph=70000"
                                + " vram.unaccounted=0 vram.used=1497040 vram.used.cuda=497040"),
                figures(ledger));
    }

    /** The session keeps each recording, so that the lines tell of all. */
    @Test
    void eachRecordingAfterTheBaselineIsOneMore() {
        DeviceMeter meter = recordedOnce(AllocatorChoice.MALLOC);
        meter.recordingBegins();
        grow(70_000 + 60);
        arena(5_000, 5_900, 6_160);
        meter.recorded();
        DeviceLedger ledger = meter.end(Figure.of(0), Figure.of(0));

        assertEquals(Figure.of(140_000), ledger.graph());
        assertEquals(Figure.of(400_000), ledger.libraries());
        assertEquals(Figure.of(0), ledger.unaccounted());
    }

    @Test
    void theLinesThatAddUpAreThoseMarkedSo() {
        DeviceLedger ledger =
                recordedOnce(AllocatorChoice.ARENA).end(Figure.of(300), Figure.of(600));
        assertEquals(
                ledger.accounted().value(),
                ledger.lines().stream()
                        .filter(line -> line.part() == Part.ADDED)
                        .mapToDouble(line -> line.figure().value())
                        .sum());
    }

    @Test
    void withoutNvmlTheArenaAndTheCacheAreToldAllTheSame() {
        used = Figure.unknown("no driver");
        DeviceMeter meter = recordedOnce(AllocatorChoice.MALLOC);
        DeviceLedger ledger = meter.end(Figure.of(300), Figure.of(300));

        assertEquals(Figure.of(5_000), ledger.weights());
        assertEquals(Figure.of(300), ledger.kvHeld());
        assertEquals(Figure.of(900), ledger.scratch());
        assertEquals(Figure.of(200), ledger.arenaUnused());
        for (Figure unknown :
                List.of(
                        ledger.context(),
                        ledger.session(),
                        ledger.libraries(),
                        ledger.graph(),
                        ledger.used(),
                        ledger.unaccounted())) {
            assertEquals(Figure.unknown("no driver"), unknown);
        }
    }

    @Test
    void withoutTheArenasStatisticsItsLinesAreNaNAndTheSumToo() {
        var meter = new DeviceMeter(() -> used);
        meter.opened(this::space);
        meter.loaded(Optional::empty, AllocatorChoice.MALLOC);
        meter.warm();
        DeviceLedger ledger = meter.end(Figure.of(300), Figure.of(300));
        assertEquals(Figure.unknown(ArenaUse.NO_STATISTICS), ledger.weights());
        assertEquals(Figure.unknown(ArenaUse.NO_STATISTICS), ledger.scratch());
        assertEquals(Figure.unknown(ArenaUse.NO_STATISTICS), ledger.unaccounted());
        assertEquals(Figure.of(0), ledger.used());
    }

    @Test
    void whatIsNotToldOfAMomentSaysWhich() {
        var meter = new DeviceMeter(() -> used);
        meter.opened(this::space);
        meter.loaded(() -> Optional.of(new ArenaUse(1, 1, 1, 1, 1)), AllocatorChoice.MALLOC);
        DeviceLedger ledger = meter.end(Figure.of(0), Figure.of(0));
        assertEquals(
                Figure.unknown("nothing was read when the first runs were made"),
                ledger.libraries());
        assertEquals(Figure.of(0), ledger.graph());
        meter.recorded();
        assertEquals(
                Figure.unknown("nothing was read when a recording began"),
                meter.end(Figure.of(0), Figure.of(0)).graph());
    }

    @Test
    void cudaThatDoesNotTellLeavesItsOwnLineOnly() {
        var meter = new DeviceMeter(() -> used);
        meter.opened(() -> Reading.absent("cudaMemGetInfo failed"));
        meter.loaded(() -> Optional.of(new ArenaUse(1, 1, 1, 1, 1)), AllocatorChoice.MALLOC);
        meter.warm();
        DeviceLedger ledger = meter.end(Figure.of(0), Figure.of(0));
        assertEquals(Figure.unknown("cudaMemGetInfo failed"), ledger.usedByCuda());
        assertTrue(ledger.unaccounted().known());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the driver's library is built by cc")
    void theDriversMemoryIsThatOfTheGpuThatIsComputedOn() throws Exception {
        Path library = FakeNvml.build(folder);
        var nvml = new FakeNvml(library);
        System.setProperty(Nvml.PATH_PROPERTY, library.toString());
        try {
            nvml.useMemory(500_000);
            DeviceMeter meter =
                    DeviceMeter.beforeOpening(
                            new OwnGpu(Nvml::open, Map.of("CUDA_VISIBLE_DEVICES", "GPU-66666666")));
            nvml.useMemory(800_000);
            meter.opened(this::space);
            DeviceLedger ledger = meter.end(Figure.of(0), Figure.of(0));
            assertEquals(Figure.of(300_000), ledger.context());
            assertEquals(Figure.of(300_000), ledger.used());
        } finally {
            System.clearProperty(Nvml.PATH_PROPERTY);
        }
    }

    /** A session that was loaded, warmed up, and recorded a step while it was. */
    private DeviceMeter recordedOnce(AllocatorChoice caches) {
        var meter = new DeviceMeter(() -> used);
        grow(1_000_000);
        meter.opened(this::space);
        grow(20_000 + 5_100);
        arena(5_000, 5_000, 5_100);
        meter.loaded(() -> arena, caches);
        grow(400_000 + 800);
        arena(5_000, 5_900, 5_900);
        meter.recordingBegins();
        grow(70_000 + 200);
        arena(5_000, 5_900, 6_100);
        meter.recorded();
        meter.warm();
        return meter;
    }

    private void grow(long bytes) {
        used = used.plus(Figure.of(bytes));
    }

    private void arena(long inUse, long mostInUse, long reserved) {
        arena = Optional.of(new ArenaUse(inUse, mostInUse, inUse, reserved, 1));
    }

    /** What CUDA may use is less than the device has; what is in use it sees as the driver does. */
    private Reading<DeviceSpace> space() {
        return used.known()
                ? Reading.of(new DeviceSpace(TOTAL - (long) used.value(), TOTAL))
                : Reading.absent(used.reason());
    }

    private static Map<String, Double> figures(DeviceLedger ledger) {
        return ledger.lines().stream()
                .collect(Collectors.toMap(Line::name, line -> line.figure().value()));
    }

    private static Map<String, Double> figures(String words) {
        return List.of(words.split(" ")).stream()
                .map(word -> word.split("="))
                .collect(Collectors.toMap(word -> word[0], word -> Double.valueOf(word[1])));
    }
}
