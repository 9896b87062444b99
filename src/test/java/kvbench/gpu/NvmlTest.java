package kvbench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "its driver's library is built by cc")
class NvmlTest {
    @TempDir Path folder;

    @Test
    void theSystemTellsItsVersions() throws Exception {
        try (Nvml nvml = fake()) {
            assertEquals(Reading.of("570.124.06"), nvml.driver());
            assertEquals(Reading.of("12.570.124.06"), nvml.version());
            assertEquals(Reading.of("12.8"), nvml.cuda());
        }
    }

    @Test
    void eachDeviceTellsWhatItIs() throws Exception {
        try (Nvml nvml = fake()) {
            List<GpuDevice> devices = devices(nvml);
            assertEquals(2, devices.size());
            assertEquals(1, devices.get(1).index());
            assertEquals(Reading.of("Fake GPU"), devices.get(0).name());
            assertEquals(Reading.of("Fake GPU Hot"), devices.get(1).name());
            assertEquals(
                    Reading.of("GPU-11111111-2222-3333-4444-555555555555"), devices.get(0).uuid());
            assertEquals(Reading.of(350.5), devices.get(0).powerLimit());
            assertEquals(Reading.of("on"), devices.get(0).persistence());
            assertEquals(Reading.of("off"), devices.get(0).mig());
            assertEquals(
                    Reading.of(new ComputeCapability(9, 1)), devices.get(1).computeCapability());
        }
    }

    @Test
    void eachDeviceTellsHowBusyItIsAndWhatItUses() throws Exception {
        try (Nvml nvml = fake()) {
            GpuDevice device = devices(nvml).get(0);
            assertEquals(Reading.of(new DeviceUse(0.75, 0.5)), device.use());
            assertEquals(Reading.of(123.456), device.power());
            assertEquals(Reading.of(5_000_000.123), device.energy());
        }
    }

    @Test
    void clocksAreInHertz() throws Exception {
        try (Nvml nvml = fake()) {
            GpuDevice device = devices(nvml).get(0);
            assertEquals(Reading.of(1.410e9), device.smClock());
            assertEquals(Reading.of(1.980e9), device.maxSmClock());
            assertEquals(Reading.of(1.215e9), device.memoryClock());
            assertEquals(Reading.of(5.001e9), device.maxMemoryClock());
        }
    }

    @Test
    void whatHoldsTheClocksBackIsToldInWords() throws Exception {
        try (Nvml nvml = fake()) {
            assertEquals(Reading.of(List.of("gpu idle")), devices(nvml).get(0).clockReasons());
            assertEquals(
                    Reading.of(
                            List.of(
                                    "hardware slowdown",
                                    "hardware thermal slowdown",
                                    "reason 0x1000 of a newer driver")),
                    devices(nvml).get(1).clockReasons());
        }
    }

    @Test
    void everyBitOfTheHeaderHasItsWords() {
        assertEquals(List.of(), ClockReason.words(0));
        assertEquals(
                List.of(
                        "gpu idle",
                        "applications clocks setting",
                        "software power cap",
                        "hardware slowdown",
                        "sync boost",
                        "software thermal slowdown",
                        "hardware thermal slowdown",
                        "hardware power brake",
                        "display clock setting"),
                ClockReason.words(0x1FF));
    }

    @Test
    void memoryIsReadWithoutTheDriversOwnWhereItTells() throws Exception {
        try (Nvml nvml = fake()) {
            assertEquals(
                    Reading.of(new DeviceMemory(1_000_000, 300_000, 100_000)),
                    devices(nvml).get(0).memory());
        }
    }

    @Test
    void memoryOfOneProcessIsFoundByItsNumber() throws Exception {
        try (Nvml nvml = fake()) {
            GpuDevice device = devices(nvml).get(0);
            assertEquals(Reading.of(4100L), device.memoryOfProcess(41));
            assertEquals(Reading.of(5_000_000_000L), device.memoryOfProcess(43));
            assertEquals(
                    Reading.absent("this driver does not count memory per process"),
                    device.memoryOfProcess(42));
            assertEquals(
                    Reading.absent("this process is not among the 3 that NVML lists on the device"),
                    device.memoryOfProcess(44));
            assertEquals(
                    Reading.absent("this process is not among the 0 that NVML lists on the device"),
                    devices(nvml).get(1).memoryOfProcess(41));
        }
    }

    @Test
    void aDriverBefore510IsAskedInItsOwnWay() throws Exception {
        try (Nvml nvml = fake("OLD")) {
            GpuDevice device = devices(nvml).get(0);
            assertEquals(
                    Reading.of(new DeviceMemory(1_000_000, 400_000, Double.NaN)), device.memory());
            assertEquals(Reading.of(4100L), device.memoryOfProcess(41));
            assertEquals(Reading.of(5_000_000_000L), device.memoryOfProcess(43));
            assertEquals(Reading.of(List.of("gpu idle")), device.clockReasons());
            assertEquals(
                    Reading.absent("this driver's NVML has no nvmlDeviceGetMigMode"), device.mig());
            assertEquals(
                    Reading.absent("this driver's NVML has no nvmlDeviceGetTotalEnergyConsumption"),
                    device.energy());
        }
    }

    @Test
    void aDeviceThatDoesNotTellSaysSoInNvmlsWords() throws Exception {
        try (Nvml nvml = fake("SHY")) {
            GpuDevice device = devices(nvml).get(0);
            assertEquals(Reading.of("Fake GPU"), device.name());
            assertEquals(Reading.absent("nvmlDeviceGetUUID: Not Supported"), device.uuid());
            assertEquals(Reading.absent("nvmlDeviceGetMemoryInfo: Not Supported"), device.memory());
            assertEquals(
                    Reading.absent("nvmlDeviceGetComputeRunningProcesses_v3: Not Supported"),
                    device.memoryOfProcess(41));
            assertEquals(Reading.absent("nvmlDeviceGetClockInfo: Not Supported"), device.smClock());
            assertEquals(
                    Reading.absent("nvmlDeviceGetMaxClockInfo: Not Supported"),
                    device.maxMemoryClock());
            assertEquals(
                    Reading.absent("nvmlDeviceGetCurrentClocksEventReasons: Not Supported"),
                    device.clockReasons());
            assertEquals(
                    Reading.absent("nvmlDeviceGetPowerManagementLimit: Not Supported"),
                    device.powerLimit());
            assertEquals(Reading.absent("nvmlDeviceGetMigMode: Not Supported"), device.mig());
            assertEquals(
                    Reading.absent("nvmlDeviceGetUtilizationRates: Not Supported"), device.use());
            assertEquals(Reading.absent("nvmlDeviceGetPowerUsage: Not Supported"), device.power());
            assertEquals(
                    Reading.absent("nvmlDeviceGetTotalEnergyConsumption: Not Supported"),
                    device.energy());
            assertEquals(
                    Reading.absent("nvmlDeviceGetCudaComputeCapability: Not Supported"),
                    device.computeCapability());
        }
    }

    @Test
    void aDriverThatIsNotLoadedSaysSo() throws Exception {
        assertEquals(Reading.absent("nvmlInit_v2: Driver Not Loaded"), open("NO_DRIVER"));
    }

    @Test
    void whatWasOpenedAnswersNoMoreOnceClosed() throws Exception {
        Nvml nvml = fake();
        GpuDevice device = devices(nvml).get(0);
        nvml.close();
        nvml.close();
        assertEquals(Reading.absent("nvmlDeviceGetName: Uninitialized"), device.name());
        assertEquals(Reading.absent("nvmlSystemGetDriverVersion: Uninitialized"), nvml.driver());
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path missing = folder.resolve("none.so");
        assertEquals(
                Reading.absent("no file at %s, which -Dkvbench.nvml names".formatted(missing)),
                Nvml.open(missing.toString()));
    }

    @Test
    void aFileThatIsNoLibraryIsNamed() {
        Path program = Path.of(System.getProperty("java.home"), "bin", "java");
        assertEquals(
                Reading.absent(
                        "%s, which -Dkvbench.nvml names, cannot be loaded".formatted(program)),
                Nvml.open(program.toString()));
    }

    @Test
    void aMachineWithoutADriverSaysSo() {
        var opened = Nvml.open("");
        assumeTrue(opened instanceof Reading.Absent, "this machine has a driver of NVIDIA");
        assertEquals(
                Reading.absent(
                        "libnvidia-ml.so.1 cannot be loaded: no NVIDIA driver is installed here, or"
                                + " this process does not see it"),
                opened);
    }

    @Test
    void aReadingIsTurnedIntoAnotherOnlyWhereItIsKnown() {
        assertEquals(Reading.of(3), Reading.of("abc").map(String::length));
        assertEquals(Reading.absent("why"), Reading.<String>absent("why").map(String::length));
        assertEquals("no: why", Reading.<String>absent("why").orElse(why -> "no: " + why));
        assertEquals("abc", Reading.of("abc").orElse(why -> "no: " + why));
    }

    private Nvml fake(String... variants) throws Exception {
        return known(open(variants));
    }

    private Reading<Nvml> open(String... variants) throws Exception {
        return Nvml.open(FakeNvml.build(folder, variants).toString());
    }

    private static List<GpuDevice> devices(Nvml nvml) {
        return known(nvml.devices());
    }

    private static <T> T known(Reading<T> reading) {
        return reading.orElse(Assertions::fail);
    }
}
