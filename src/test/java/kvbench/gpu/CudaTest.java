package kvbench.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

/** CUDA's calls, on a stand-in that writes them down. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "CUDA's stand-in is built by cc")
class CudaTest {
    private static final int OUT_OF_MEMORY = 2;
    private static final int ILLEGAL_ADDRESS = 700;
    private static final int WARM_UP = 20_000;
    private static final int RUNS = 1_000;
    private static final String USE = "cudaSetDevice 0";

    @TempDir Path folder;

    @AfterEach
    void theSystemsOwnLibraryAgain() {
        System.clearProperty(Cuda.PATH_PROPERTY);
    }

    // ---- Opening ----

    @Test
    void opensTheDeviceOfItsNumberAndTellsTheVersions() throws Exception {
        FakeCudart fake = FakeCudart.build(folder);
        System.setProperty(Cuda.PATH_PROPERTY, fake.path().toString());
        Cuda cuda = known(Cuda.open(0));

        assertEquals(0, cuda.device());
        assertEquals("12.6", cuda.runtimeVersion());
        assertEquals("13.0", cuda.driverVersion());
        assertEquals("9.0", cuda.computeCapability());
        assertEquals(
                List.of(
                        "cudaGetDeviceCount",
                        USE,
                        "cudaRuntimeGetVersion",
                        "cudaDriverGetVersion",
                        "cudaDeviceGetAttribute 75 0",
                        "cudaDeviceGetAttribute 76 0"),
                fake.calls());
    }

    @Test
    void aMachineWithoutADriverSaysSoInCudasWords() throws Exception {
        assertEquals(
                Reading.absent(
                        "cudaGetDeviceCount: the driver is too old (cudaErrorInsufficientDriver,"
                                + " 35), or there is no driver"),
                open(FakeCudart.build(folder, "NO_DRIVER")));
    }

    @Test
    void aMachineWithoutADeviceSaysSoInCudasWords() throws Exception {
        assertEquals(
                Reading.absent("cudaGetDeviceCount: there is no device (cudaErrorNoDevice, 100)"),
                open(FakeCudart.build(folder, "NO_DEVICE")));
    }

    @ParameterizedTest
    @CsvSource({"1", "-1"})
    void aDeviceThatThereIsNotIsToldWithThoseThatThereAre(int device) throws Exception {
        assertEquals(
                Reading.absent(
                        "expected the number of one of the 1 devices that CUDA sees, counted from"
                                + " 0, found "
                                + device),
                Cuda.open(device, FakeCudart.build(folder).path().toString()));
    }

    @Test
    void aDeviceThatCannotBeUsedSaysSo() throws Exception {
        FakeCudart fake = FakeCudart.build(folder);
        fake.fail("cudaSetDevice", 1, OUT_OF_MEMORY);

        assertEquals(
                Reading.absent("cudaSetDevice: no memory is left (cudaErrorMemoryAllocation, 2)"),
                open(fake));
    }

    @Test
    void aLibraryThatLacksAFunctionIsNotTaken() throws Exception {
        assertEquals(
                Reading.absent(
                        "the library that was loaded as CUDA's runtime has no"
                                + " cudaEventElapsedTime"),
                open(FakeCudart.build(folder, "LITTLE")));
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path missing = folder.resolve("none.so");
        assertEquals(
                Reading.absent("no file at %s, which -Dkvbench.cudart names".formatted(missing)),
                Cuda.open(0, missing.toString()));
    }

    @Test
    void aFileThatIsNoLibraryIsNamed() {
        Path program = Path.of(System.getProperty("java.home"), "bin", "java");
        assertEquals(
                Reading.absent(
                        "%s, which -Dkvbench.cudart names, cannot be loaded".formatted(program)),
                Cuda.open(0, program.toString()));
    }

    @Test
    void aMachineWithoutTheRuntimeSaysSo() {
        assertEquals(
                Reading.absent(
                        "neither libnone.so.13 nor libnone.so.12 can be loaded: no CUDA runtime"
                                + " is installed where the system's loader looks;"
                                + " -Dkvbench.cudart=FILE names one"),
                CudaRuntime.load("", List.of("libnone.so.13", "libnone.so.12")));
    }

    // ---- What is asked for ----

    @Test
    void allocatesWhatItIsAskedForAndFreesItOnce() throws Exception {
        FakeCudart fake = FakeCudart.build(folder);
        Cuda cuda = opened(fake);

        long address = cuda.allocate(4096);
        assertEquals(new DeviceSpace((1 << 30) - 4096, 1 << 30), cuda.space());
        cuda.free(address);

        assertEquals(
                List.of(USE, "cudaMalloc 4096", USE, "cudaMemGetInfo", "cudaFree 1"), fake.calls());
        assertEquals(0, fake.alive());
    }

    @Test
    void refusesToAllocateNothing() throws Exception {
        FakeCudart fake = FakeCudart.build(folder);
        Cuda cuda = opened(fake);

        String expected = "expected to allocate at least 1 byte, found 0";
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, () -> cuda.allocate(0)).getMessage());
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, () -> cuda.pinned(0)).getMessage());
        assertEquals(List.of(), fake.calls());
    }

    @Test
    void copiesGoWhereTheyAreToldWithTheirSizes() throws Exception {
        FakeCudart fake = FakeCudart.build(folder);
        Cuda cuda = opened(fake);
        long first = cuda.allocate(16);
        long second = cuda.allocate(16);
        try (CudaStream stream = cuda.stream();
                PinnedMemory host = cuda.pinned(16)) {
            MemorySegment bytes = host.segment();
            assertEquals(16, bytes.byteSize());
            for (int i = 0; i < 16; i++) {
                bytes.set(JAVA_BYTE, i, (byte) i);
            }
            fake.calls();

            cuda.copyToDevice(first, host.address(), 12, stream);
            cuda.copyWithin(second + 4, first, 12, stream);
            cuda.fill(second, (byte) -2, 3, stream);
            cuda.copyToHost(host.address(), second, 16, stream);
            stream.synchronize();

            assertEquals(
                    List.of(
                            "cudaMemcpyAsync 12 1",
                            "cudaMemcpyAsync 12 3",
                            USE,
                            "cudaMemsetAsync 254 3",
                            "cudaMemcpyAsync 16 2",
                            "cudaStreamSynchronize 1"),
                    fake.calls());
            assertArrayEquals(
                    new byte[] {-2, -2, -2, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
                    bytes.toArray(JAVA_BYTE));
        }
        cuda.free(first);
        cuda.free(second);
        assertEquals(
                List.of("cudaFreeHost 1", "cudaStreamDestroy 1", "cudaFree 1", "cudaFree 1"),
                fake.calls());
        assertEquals(0, fake.alive());
    }

    /** Three rows of two bytes, of rows of four, into rows of three. */
    @Test
    void rowsAreCopiedWithThePitchOfEachEnd() throws Exception {
        FakeCudart fake = FakeCudart.build(folder);
        Cuda cuda = opened(fake);
        long wide = cuda.allocate(12);
        long narrow = cuda.allocate(9);
        try (CudaStream stream = cuda.stream();
                PinnedMemory host = cuda.pinned(12)) {
            for (int i = 0; i < 12; i++) {
                host.segment().set(JAVA_BYTE, i, (byte) i);
            }
            cuda.copyToDevice(wide, host.address(), 12, stream);
            fake.calls();

            cuda.copyRows(narrow, 3, wide, 4, 2, 3, stream);
            cuda.copyToHost(host.address(), narrow, 9, stream);

            assertEquals(
                    List.of("cudaMemcpy2DAsync 3 4 2 3 3", "cudaMemcpyAsync 9 2"), fake.calls());
            assertArrayEquals(
                    new byte[] {0, 1, 0, 4, 5, 0, 8, 9, 0},
                    host.segment().asSlice(0, 9).toArray(JAVA_BYTE));
            assertEquals(
                    "cudaMemcpy2DAsync: a pitch is wrong (cudaErrorInvalidPitchValue, 12)",
                    assertThrows(
                                    CudaException.class,
                                    () -> cuda.copyRows(narrow, 1, wide, 4, 2, 3, stream))
                            .getMessage());
        }
    }

    @Test
    void streamsWaitForNoOther() throws Exception {
        FakeCudart fake = FakeCudart.build(folder);
        Cuda cuda = opened(fake);
        cuda.stream().close();
        assertEquals(
                List.of(USE, "cudaStreamCreateWithFlags 1", "cudaStreamDestroy 1"), fake.calls());
    }

    @Test
    void eventsTellTheTimeBetweenThem() throws Exception {
        FakeCudart fake = FakeCudart.build(folder);
        Cuda cuda = opened(fake);
        try (CudaStream stream = cuda.stream();
                CudaEvent begin = cuda.event();
                CudaEvent end = cuda.event()) {
            begin.record(stream);
            end.record(stream);
            end.synchronize();
            assertEquals(0.5, end.millisecondsSince(begin));
            assertEquals(-0.5, begin.millisecondsSince(end));
        }
        assertEquals(
                List.of(
                        USE,
                        "cudaStreamCreateWithFlags 1",
                        USE,
                        "cudaEventCreate",
                        USE,
                        "cudaEventCreate",
                        "cudaEventRecord 1",
                        "cudaEventRecord 1",
                        "cudaEventSynchronize 1",
                        "cudaEventElapsedTime",
                        "cudaEventElapsedTime",
                        "cudaEventDestroy 1",
                        "cudaEventDestroy 1",
                        "cudaStreamDestroy 1"),
                fake.calls());
        assertEquals(0, fake.alive());
    }

    // ---- Ends ----

    @Test
    void whatIsOwnedIsClosedOnceAndUsableNoMore() throws Exception {
        FakeCudart fake = FakeCudart.build(folder);
        Cuda cuda = opened(fake);
        CudaStream stream = cuda.stream();
        CudaEvent event = cuda.event();
        PinnedMemory host = cuda.pinned(8);
        MemorySegment segment = host.segment();
        fake.calls();
        for (CudaObject object : List.of(stream, event, host)) {
            object.close();
            object.close();
            assertThrows(IllegalStateException.class, object::address);
        }

        assertEquals(
                List.of("cudaStreamDestroy 1", "cudaEventDestroy 1", "cudaFreeHost 1"),
                fake.calls());
        assertEquals(
                "CudaStream is closed",
                assertThrows(IllegalStateException.class, stream::synchronize).getMessage());
        assertEquals(
                "CudaEvent is closed",
                assertThrows(IllegalStateException.class, event::synchronize).getMessage());
        assertThrows(IllegalStateException.class, () -> segment.get(JAVA_BYTE, 0));
        assertEquals(List.of(), fake.calls());
    }

    @Test
    void memoryThatThereIsNotIsAnErrorThatCanBeToldAndDoesNotStick() throws Exception {
        FakeCudart fake = FakeCudart.build(folder);
        Cuda cuda = opened(fake);

        CudaException failure =
                assertThrows(CudaException.class, () -> cuda.allocate((1L << 30) + 1));
        assertEquals(
                "cudaMalloc: no memory is left (cudaErrorMemoryAllocation, 2)",
                failure.getMessage());
        assertEquals("cudaMalloc", failure.function());
        assertEquals(2, failure.code());
        assertEquals("cudaErrorMemoryAllocation", failure.name());
        assertTrue(failure.isOutOfMemory());
        assertTrue(
                assertThrows(CudaException.class, () -> cuda.pinned((1L << 30) + 1))
                        .isOutOfMemory());

        assertEquals(0, fake.lastError());
        assertEquals(0, fake.alive());
        cuda.free(cuda.allocate(1));
    }

    @Test
    void whatWasFreedIsNotFreedAgain() throws Exception {
        FakeCudart fake = FakeCudart.build(folder);
        Cuda cuda = opened(fake);
        long address = cuda.allocate(8);
        cuda.free(address);

        assertEquals(
                "cudaFree: a value is wrong (cudaErrorInvalidValue, 1)",
                assertThrows(CudaException.class, () -> cuda.free(address)).getMessage());
    }

    /** Each function that is called, failing at each of its calls in turn. */
    @ParameterizedTest
    @CsvSource({
        "cudaSetDevice,             8",
        "cudaMalloc,                2",
        "cudaHostAlloc,             1",
        "cudaStreamCreateWithFlags, 1",
        "cudaEventCreate,           2",
        "cudaMemGetInfo,            1",
        "cudaEventRecord,           2",
        "cudaMemcpyAsync,           3",
        "cudaMemcpy2DAsync,         1",
        "cudaMemsetAsync,           1",
        "cudaStreamSynchronize,     1",
        "cudaEventSynchronize,      1",
        "cudaEventElapsedTime,      1",
        "cudaDeviceGetAttribute,    2",
        "cudaRuntimeGetVersion,     1",
        "cudaDriverGetVersion,      1",
    })
    void aFailureAtEachCallIsToldAndLeaksNothing(String function, int times) throws Exception {
        FakeCudart fake = FakeCudart.build(folder);
        Cuda cuda = opened(fake);
        for (int nth = 1; nth <= times; nth++) {
            fake.fail(function, nth, ILLEGAL_ADDRESS);

            CudaException failure = assertThrows(CudaException.class, () -> everything(cuda));

            assertEquals(
                    function + ": an address is wrong (cudaErrorIllegalAddress, 700)",
                    failure.getMessage());
            assertFalse(failure.isOutOfMemory());
            assertEquals(0, fake.alive(), "after a failure at call " + nth);
            assertEquals(0, fake.lastError());
        }
        // It is called not once more than that.
        fake.fail(function, times + 1, ILLEGAL_ADDRESS);
        everything(cuda);
        assertEquals(0, fake.alive());
    }

    @ParameterizedTest
    @CsvSource({
        "cudaStreamDestroy, 1",
        "cudaEventDestroy,  2",
        "cudaFreeHost,      1",
    })
    void whatCannotBeGivenBackIsToldAndTheRestGivenBack(String function, int times)
            throws Exception {
        FakeCudart fake = FakeCudart.build(folder);
        Cuda cuda = opened(fake);
        for (int nth = 1; nth <= times; nth++) {
            fake.fail(function, nth, ILLEGAL_ADDRESS);
            assertEquals(
                    function, assertThrows(CudaException.class, () -> everything(cuda)).function());
            assertEquals(nth, fake.alive());
        }
    }

    private static void everything(Cuda cuda) {
        cuda.runtimeVersion();
        cuda.driverVersion();
        cuda.computeCapability();
        try (CudaStream stream = cuda.stream();
                CudaEvent begin = cuda.event();
                CudaEvent end = cuda.event();
                PinnedMemory host = cuda.pinned(64)) {
            long first = cuda.allocate(64);
            try {
                long second = cuda.allocate(64);
                try {
                    cuda.space();
                    begin.record(stream);
                    cuda.copyToDevice(first, host.address(), 64, stream);
                    cuda.copyWithin(second, first, 64, stream);
                    cuda.copyRows(second, 8, first, 8, 4, 8, stream);
                    cuda.fill(first, (byte) 0, 64, stream);
                    cuda.copyToHost(host.address(), second, 64, stream);
                    end.record(stream);
                    stream.synchronize();
                    end.synchronize();
                    end.millisecondsSince(begin);
                } finally {
                    cuda.free(second);
                }
            } finally {
                cuda.free(first);
            }
        }
    }

    // ---- The heap ----

    @Test
    void aStepsCallsAllocateNothingOnTheHeap() throws Exception {
        FakeCudart fake = FakeCudart.build(folder);
        fake.beQuiet();
        Cuda cuda = opened(fake);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (CudaStream stream = cuda.stream();
                CudaEvent event = cuda.event();
                PinnedMemory host = cuda.pinned(64)) {
            var step = new Step(cuda, stream, event, host.address());
            step.run(WARM_UP);

            long start = threads.getCurrentThreadAllocatedBytes();
            long measuring = threads.getCurrentThreadAllocatedBytes() - start;
            start = threads.getCurrentThreadAllocatedBytes();
            step.run(RUNS);
            long allocated = threads.getCurrentThreadAllocatedBytes() - start - measuring;

            assertEquals(0, allocated, "bytes in " + RUNS + " runs");
        }
    }

    /** What a decode step may ask for, a device allocation of its own included. */
    private record Step(Cuda cuda, CudaStream stream, CudaEvent event, long host) {
        void run(int times) {
            for (int i = 0; i < times; i++) {
                long past = cuda.allocate(64);
                long present = cuda.allocate(64);
                cuda.fill(past, (byte) i, 64, stream);
                cuda.copyToDevice(past, host, 64, stream);
                cuda.copyWithin(present, past, 64, stream);
                cuda.copyRows(present, 8, past, 8, 4, 8, stream);
                cuda.copyToHost(host, present, 64, stream);
                event.record(stream);
                event.synchronize();
                stream.synchronize();
                cuda.free(present);
                cuda.free(past);
            }
        }
    }

    private static Reading<Cuda> open(FakeCudart fake) {
        return Cuda.open(0, fake.path().toString());
    }

    /** The device, with what its opening called forgotten. */
    private static Cuda opened(FakeCudart fake) {
        Cuda cuda = known(open(fake));
        fake.calls();
        return cuda;
    }

    private static <T> T known(Reading<T> reading) {
        return reading.orElse(Assertions::fail);
    }
}
