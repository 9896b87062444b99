package kvbench.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kvbench.cache.CacheStrategy;
import kvbench.device.AllocatorChoice;
import kvbench.generate.Running;
import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.onnx.CacheInterface;
import kvbench.onnx.Feeding;
import kvbench.onnx.GraphForm;
import kvbench.onnx.Sampling;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;
import java.util.Optional;

class ComputingTest {
    private static final Computing ON_CUDA =
            new Computing(Provider.CUDA, 2, ElementType.FLOAT16, Sampling.DEVICE, Optional.empty());

    @Test
    void leftToTheSuiteTheCpuComputesInFloat32AndTheHostChoosesTheToken() {
        var expected =
                new Computing(
                        Provider.CPU, 3, ElementType.FLOAT32, Sampling.HOST, Optional.empty());
        assertEquals(expected, Computing.of(Map.of("provider", "cpu", "threads", "3")::get));
        assertEquals(
                expected,
                Computing.of(
                        Map.of(
                                        "provider", "cpu",
                                        "threads", "3",
                                        "dtype", "auto",
                                        "sampling", "auto",
                                        "allocator", "auto")
                                ::get));
    }

    @Test
    void takesWhatTheUserChose() {
        assertEquals(
                new Computing(
                        Provider.CPU,
                        1,
                        ElementType.FLOAT16,
                        Sampling.DEVICE,
                        Optional.of(AllocatorChoice.ARENA)),
                Computing.of(
                        Map.of(
                                        "provider", "cpu",
                                        "threads", "1",
                                        "dtype", "float16",
                                        "sampling", "device",
                                        "allocator", "arena")
                                ::get));
    }

    @Test
    void namesWhatTheUserChoseBesideProviderAndThreads() {
        Map<String, String> params =
                Map.of("provider", "cpu", "threads", "1", "dtype", "float16", "sampling", "auto");
        assertEquals(Map.of("dtype", "float16"), Computing.choices(params::get));
        assertEquals("provider=cpu threads=1 dtype=float16", Computing.words(params::get));
        assertEquals("cpu, 1 threads, float16", Computing.of(params::get).toString());
    }

    @Test
    void refusesAValueThatThereIsNot() {
        InputException refused =
                assertThrows(
                        InputException.class,
                        () -> Computing.of(Map.of("provider", "cpu", "dtype", "FLOAT16")::get));
        assertEquals(
                "unknown dtype \"FLOAT16\": expected one of auto, float32, float16, bfloat16.",
                refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    cpu  | float32  | auto   | static       |
                    cpu  | float32  | auto   | static-graph | it replays CUDA graphs, and the provider is cpu
                    cpu  | float16  | auto   | static       | the CPU multiplies no float16: each weight would be cast anew in each step
                    cpu  | bfloat16 | auto   | static       | the CPU has no operators for dtype bfloat16
                    cpu  | float32  | malloc | dynamic      | allocator malloc is cudaMalloc, and the provider is cpu
                    cpu  | float32  | arena  | dynamic      |
                    cpu  | float32  | arena  | none         | there is no cache to allocate: it is measured with allocator auto
                    cuda | float16  | auto   | static-graph |
                    cuda | bfloat16 | auto   | none         |
                    cuda | float16  | malloc | dynamic      |
                    cuda | float16  | auto   | int8         |
                    cuda | float16  | auto   | int4:tensor  | CUDA's attention (GroupQueryAttention) has no cache of 4 bits, and the provider is cuda
                    cpu  | float32  | auto   | int4         |
                    cuda | float16  | malloc | none         | there is no cache to allocate: it is measured with allocator auto
                    cuda | float16  | auto   | window       | attention with a mask by rows (GroupQueryAttention's attention_bias) has been checked on the CPU only, and the provider is cuda
                    cuda | float16  | auto   | sink:4:10%   | attention with a mask by rows (GroupQueryAttention's attention_bias) has been checked on the CPU only, and the provider is cuda
                    cpu  | float32  | auto   | window       |
                    cuda | float32  | auto   | static       | attention over a cache (GroupQueryAttention) computes in float16 or bfloat16 on CUDA, and dtype is float32
                    """)
    void vetoesWhatCannotBeOrIsNotWorthMeasuring(
            String provider, String type, String allocator, String strategy, String why) {
        var computing =
                new Computing(
                        Provider.parse(provider),
                        1,
                        ElementType.valueOf(type.toUpperCase(java.util.Locale.ROOT)),
                        Sampling.HOST,
                        allocator.equals("auto")
                                ? Optional.empty()
                                : Optional.of(
                                        AllocatorChoice.valueOf(
                                                allocator.toUpperCase(java.util.Locale.ROOT))));
        assertEquals(Optional.ofNullable(why), computing.veto(CacheStrategy.parse(strategy)));
    }

    @Test
    void onCudaWhatIsPreallocatedIsAllocatedByCudaAndWhatGrowsByTheArena() {
        assertEquals(AllocatorChoice.MALLOC, ON_CUDA.allocatorOf(CacheStrategy.STATIC));
        assertEquals(AllocatorChoice.MALLOC, ON_CUDA.allocatorOf(CacheStrategy.STATIC_GRAPH));
        assertEquals(AllocatorChoice.ARENA, ON_CUDA.allocatorOf(CacheStrategy.DYNAMIC));
        Computing onCpu = Computing.on(Provider.CPU, 1);
        for (CacheStrategy strategy : CacheStrategy.values()) {
            assertEquals(AllocatorChoice.ARENA, onCpu.allocatorOf(strategy), strategy.toString());
        }
    }

    @Test
    void onlyTheCpuThatChoosesItsTokensOnTheHostRunsTheGraphOfOtherClients() {
        Computing onCpu = Computing.on(Provider.CPU, 1);
        assertEquals(
                GraphForm.exported(CacheInterface.PAST_PRESENT),
                onCpu.form(CacheInterface.PAST_PRESENT, Running.PLAIN));
        assertEquals(
                Feeding.LENGTHS,
                onCpu.form(CacheInterface.PAST_PRESENT, Running.REPLAYED).feeding());
        assertEquals(
                new GraphForm(
                        CacheInterface.NONE, Feeding.LENGTHS, Sampling.DEVICE, ElementType.FLOAT16),
                ON_CUDA.form(CacheInterface.NONE, Running.PLAIN));
    }
}
