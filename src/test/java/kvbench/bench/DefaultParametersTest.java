package kvbench.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.annotations.Param;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Defaults that results are compared by: who changes one changes what all later runs mean. */
class DefaultParametersTest {
    private static final String SHARED =
            "model=random-llama-7m provider=auto strategy=none,dynamic,static threads=auto"
                    + " dtype=auto sampling=auto allocator=auto";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ConversationBenchmark  | history=scripted scope=turn scenario=insurance_claim_auto tokenBudget=8 turns=1,5,10
                    DecodeStepBenchmark    | capacity=fit depth=128,2048
                    GenerationBenchmark    | promptTokens=152 tokenBudget=150
                    PrefillBenchmark       | promptTokens=512
                    """)
    void ofABenchmarkOnAModel(String benchmark, String own) throws ClassNotFoundException {
        var expected = new TreeMap<String, String>();
        for (String parameter : (own + " " + SHARED).split(" ")) {
            String[] parts = parameter.split("=");
            expected.put(parts[0], parts[1]);
        }
        assertEquals(expected, defaults(Class.forName("kvbench.bench." + benchmark)));
    }

    @Test
    void ofReadBandwidth() {
        assertEquals(
                Map.of("bytes", "1073741824", "threads", "auto"),
                defaults(ReadBandwidthBenchmark.class));
    }

    @Test
    void ofDeviceBandwidth() {
        assertEquals(Map.of("bytes", "1073741824"), defaults(DeviceBandwidthBenchmark.class));
    }

    private static Map<String, String> defaults(Class<?> benchmark) {
        var defaults = new TreeMap<String, String>();
        for (Field field : benchmark.getFields()) {
            Param param = field.getAnnotation(Param.class);
            if (param != null) {
                defaults.put(field.getName(), String.join(",", Arrays.asList(param.value())));
            }
        }
        return defaults;
    }
}
