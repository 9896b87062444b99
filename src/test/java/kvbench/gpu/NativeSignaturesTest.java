package kvbench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the bindings declare, against what NVIDIA's headers do. */
class NativeSignaturesTest {
    private static final String POINTER = "pointer";

    /** Classes of types that are passed alike. */
    private static final Map<String, String> PASSED_AS =
            Map.of(
                    "enum",
                    "4",
                    "int",
                    "4",
                    "uint",
                    "4",
                    "size",
                    "8",
                    POINTER,
                    "8",
                    "ulonglong",
                    "8");

    private static final Map<String, StructLayout> STRUCTS =
            new TreeMap<>(
                    Map.of(
                            "nvmlMemory_t",
                            GpuDevice.MEMORY,
                            "nvmlMemory_v2_t",
                            GpuDevice.MEMORY_V2,
                            "nvmlProcessInfo_v1_t",
                            GpuDevice.PROCESS_V1,
                            "nvmlProcessInfo_v2_t",
                            GpuDevice.PROCESS_V2,
                            "nvmlUtilization_t",
                            GpuDevice.UTILIZATION));

    @Test
    void everyFunctionIsDeclaredAsTheHeadersHaveIt() throws IOException {
        var ofHeaders = new TreeMap<String, List<String>>();
        for (List<String> words : table("call")) {
            ofHeaders.put(
                    words.getFirst(),
                    words.stream().skip(1).map(type -> PASSED_AS.get(type.split(":")[0])).toList());
        }
        var bound = new TreeMap<String, List<String>>();
        for (CudaFunction function : CudaFunction.values()) {
            bound.put(function.symbol(), sizes(function.descriptor()));
        }
        for (NvmlFunction function : NvmlFunction.values()) {
            bound.put(function.symbol(), sizes(function.descriptor()));
        }
        assertEquals(ofHeaders, bound);
    }

    /** Of an NVML function the pointers are addresses, so that the two are told apart too. */
    @Test
    void nvmlsPointersAreAddresses() throws IOException {
        var ofHeaders = new TreeMap<String, List<Boolean>>();
        for (List<String> words : table("call")) {
            if (words.getFirst().startsWith("nvml")) {
                ofHeaders.put(
                        words.getFirst(),
                        words.stream().skip(1).map(type -> type.startsWith(POINTER)).toList());
            }
        }
        var bound = new TreeMap<String, List<Boolean>>();
        for (NvmlFunction function : NvmlFunction.values()) {
            bound.put(
                    function.symbol(),
                    layouts(function.descriptor())
                            .map(layout -> layout.equals(ValueLayout.ADDRESS))
                            .toList());
        }
        assertEquals(ofHeaders, bound);
    }

    @Test
    void everyConstantHasTheHeadersValue() throws IOException {
        var ofHeaders = new TreeMap<String, Integer>();
        for (List<String> words : table("value")) {
            ofHeaders.put(words.get(0), Integer.valueOf(words.get(1)));
        }
        var bound = new TreeMap<String, Integer>();
        bound.put("cudaErrorMemoryAllocation", CudaException.OUT_OF_MEMORY);
        bound.put("cudaErrorInsufficientDriver", CudaException.INSUFFICIENT_DRIVER);
        bound.put("cudaMemcpyHostToDevice", CopyKind.HOST_TO_DEVICE.value());
        bound.put("cudaMemcpyDeviceToHost", CopyKind.DEVICE_TO_HOST.value());
        bound.put("cudaMemcpyDeviceToDevice", CopyKind.DEVICE_TO_DEVICE.value());
        bound.put("cudaStreamNonBlocking", CudaRuntime.STREAM_NON_BLOCKING);
        bound.put("cudaHostAllocDefault", CudaRuntime.HOST_ALLOC_DEFAULT);
        bound.put("cudaDevAttrComputeCapabilityMajor", Cuda.COMPUTE_CAPABILITY_MAJOR);
        bound.put("cudaDevAttrComputeCapabilityMinor", Cuda.COMPUTE_CAPABILITY_MINOR);
        bound.put("NVML_SUCCESS", NvmlLibrary.SUCCESS);
        bound.put("NVML_ERROR_INSUFFICIENT_SIZE", NvmlLibrary.INSUFFICIENT_SIZE);
        bound.put("NVML_ERROR_FUNCTION_NOT_FOUND", NvmlLibrary.FUNCTION_NOT_FOUND);
        bound.put("NVML_CLOCK_SM", GpuDevice.SM);
        bound.put("NVML_CLOCK_MEM", GpuDevice.MEMORY_CLOCK);
        bound.put("nvmlMemory_v2", GpuDevice.MEMORY_V2_VERSION);
        assertEquals(ofHeaders, bound);
    }

    @Test
    void everyStructIsLaidOutAsTheHeadersHaveIt() throws IOException {
        var ofHeaders = new ArrayList<String>();
        for (List<String> words : table("struct")) {
            ofHeaders.add(
                    words.stream()
                            .map(word -> word.replaceAll(":uint@", ":4@"))
                            .map(word -> word.replaceAll(":ulonglong@", ":8@"))
                            .collect(Collectors.joining(" ")));
        }
        assertEquals(
                ofHeaders.stream().sorted().toList(),
                STRUCTS.keySet().stream()
                        .map(
                                name ->
                                        name
                                                + " "
                                                + text(
                                                        STRUCTS.get(name),
                                                        NativeSignaturesTest::sized))
                        .toList());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the driver's library is built by cc")
    void everyStructIsLaidOutAsTheCompilerHasIt(@TempDir Path folder) throws Exception {
        assertEquals(
                new FakeNvml(FakeNvml.build(folder)).layouts().lines().sorted().toList(),
                STRUCTS.keySet().stream()
                        .map(
                                name ->
                                        name
                                                + " "
                                                + text(
                                                        STRUCTS.get(name),
                                                        NativeSignaturesTest::named))
                        .toList());
    }

    /** How a field is told of, but for its offset. */
    @FunctionalInterface
    private interface FieldText {
        String of(MemoryLayout field);
    }

    private static String named(MemoryLayout field) {
        return field.name().orElseThrow();
    }

    private static String sized(MemoryLayout field) {
        return named(field) + ":" + field.byteSize();
    }

    private static String text(StructLayout struct, FieldText fieldText) {
        return Stream.concat(
                        Stream.of(Long.toString(struct.byteSize())),
                        struct.memberLayouts().stream()
                                .filter(field -> !(field instanceof PaddingLayout))
                                .map(
                                        field ->
                                                fieldText.of(field)
                                                        + "@"
                                                        + struct.byteOffset(
                                                                MemoryLayout.PathElement
                                                                        .groupElement(
                                                                                named(field)))))
                .collect(Collectors.joining(" "));
    }

    private static List<String> sizes(FunctionDescriptor descriptor) {
        return layouts(descriptor).map(layout -> Long.toString(layout.byteSize())).toList();
    }

    /** The result's, then the arguments'. */
    private static Stream<MemoryLayout> layouts(FunctionDescriptor descriptor) {
        return Stream.concat(
                descriptor.returnLayout().stream(), descriptor.argumentLayouts().stream());
    }

    /** Words after the first of each line that begins with {@code first}. */
    private static List<List<String>> table(String first) throws IOException {
        try (InputStream text =
                NativeSignaturesTest.class.getResourceAsStream(
                        "/kvbench/gpu/native_signatures.txt")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> Arrays.asList(line.split(" +")))
                    .filter(words -> words.getFirst().equals(first))
                    .map(words -> words.subList(1, words.size()))
                    .toList();
        }
    }
}
