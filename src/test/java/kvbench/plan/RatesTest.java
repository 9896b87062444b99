package kvbench.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.cache.CacheStrategy;
import kvbench.model.ElementType;
import kvbench.model.LlamaConfig;
import kvbench.reference.LlamaShapes;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatesTest {
    /** A context of 512 tokens. */
    private static final LlamaConfig CONFIG = LlamaShapes.LLAMA_3_2.config();

    /** Slots beyond the window and the sinks are two. */
    @ParameterizedTest
    @CsvSource({
        "chunked, 512",
        "static-graph, 512",
        "window:100%, 512",
        "window:50%, 258",
        "window:62, 64",
        "sink:4:58, 64",
        "window:600, 512",
    })
    void aStepThatReadsFewerRowsIsAssumedToTakeAsMuchLess(String strategy, double rows) {
        Curve all = Rates.assumed(CONFIG, ElementType.FLOAT32, CacheStrategy.STATIC).step();
        Curve step =
                Rates.assumed(CONFIG, ElementType.FLOAT32, CacheStrategy.parse(strategy)).step();
        assertEquals(all.constant(), step.constant());
        assertEquals(rows / 512, step.linear() / all.linear(), 1e-12);
    }
}
