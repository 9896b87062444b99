package kvbench.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.reference.TinyFolder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

class GeneratorTest {
    private static final int[] PROMPT = {4, 1};

    @TempDir Path folder;

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void ofFixedLengthSpendsTheWholeBudget(CacheStrategy strategy) {
        decode(
                strategy,
                decoder -> {
                    Generation said = Generator.ofFixedLength(decoder, 9).generate(PROMPT);
                    assertArrayEquals(new int[] {2, 3, 4, 5, 6, 7, 0, 1, 2}, said.tokens());
                    assertEquals(2, said.promptTokens());
                    assertEquals(10, decoder.length());
                });
    }

    @Test
    void stopsAtTheFirstStopTokenWhichIsPartOfTheAnswer() {
        decode(
                CacheStrategy.STATIC,
                decoder -> {
                    var heard = new ArrayList<Integer>();
                    Generation said =
                            Generator.untilStop(decoder, 9, List.of(7, 5), heard::add)
                                    .generate(PROMPT);
                    assertArrayEquals(new int[] {2, 3, 4, 5}, said.tokens());
                    assertEquals(List.of(2, 3, 4, 5), heard);
                    assertEquals(4, said.nanos().length);
                    assertEquals(5, decoder.length());
                });
    }

    @Test
    void theFirstTokenMayBeTheLast() {
        decode(
                CacheStrategy.DYNAMIC,
                decoder -> {
                    Generation stopped =
                            Generator.untilStop(decoder, 9, List.of(2), token -> {})
                                    .generate(PROMPT);
                    assertArrayEquals(new int[] {2}, stopped.tokens());
                    assertEquals(2, decoder.length());
                    Generation spent = Generator.ofFixedLength(decoder, 1).generate(new int[] {2});
                    assertArrayEquals(new int[] {3}, spent.tokens());
                    assertEquals(3, decoder.length());
                });
    }

    @Test
    void withoutAStopTokenTheBudgetEndsIt() {
        decode(
                CacheStrategy.NONE,
                decoder ->
                        assertArrayEquals(
                                new int[] {2, 3, 4},
                                Generator.untilStop(decoder, 3, List.of(5), token -> {})
                                        .generate(PROMPT)
                                        .tokens()));
    }

    @Test
    void timesOfTokensNeverFall() {
        decode(
                CacheStrategy.STATIC,
                decoder -> {
                    long[] nanos = Generator.ofFixedLength(decoder, 9).generate(PROMPT).nanos();
                    assertEquals(9, nanos.length);
                    assertTrue(nanos[0] > 0);
                    for (int i = 1; i < nanos.length; i++) {
                        assertTrue(nanos[i] >= nanos[i - 1]);
                    }
                });
    }

    @Test
    void aBudgetBelowOneIsRefused() {
        decode(
                CacheStrategy.STATIC,
                decoder -> {
                    assertEquals(
                            "expected a token budget of at least 1, found 0",
                            assertThrows(
                                            IllegalArgumentException.class,
                                            () -> Generator.ofFixedLength(decoder, 0))
                                    .getMessage());
                    assertEquals(0, decoder.length());
                });
    }

    /**
     * Two budgets differ only in the answer's copies: 4 bytes of token and 8 of time. Tokens beyond
     * 127 would be boxed anew where they were boxed.
     */
    @Test
    void allocatesNothingOnTheJavaHeapButTheAnswer() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        ModelFolder model = ModelFolder.find(TinyFolder.write(folder, 512).toString());
        try (var engine = new Engine(model, Provider.CPU, 1, Progress.SILENT);
                KvCache cache = engine.cache(CacheStrategy.STATIC, 512)) {
            Decoder decoder = engine.decoder(CacheStrategy.STATIC);
            decoder.begin(cache);
            int[] said = Generator.ofFixedLength(decoder, 400).generate(PROMPT).tokens();
            assertTrue(IntStream.of(said).anyMatch(token -> token > 127));
            int unsaid =
                    IntStream.range(128, TinyFolder.VOCAB_SIZE)
                            .filter(token -> IntStream.of(said).noneMatch(other -> other == token))
                            .findFirst()
                            .orElseThrow();
            Generator brief = Generator.untilStop(decoder, 200, List.of(unsaid), token -> {});
            Generator full = Generator.untilStop(decoder, 400, List.of(unsaid), token -> {});
            for (int i = 0; i < 20; i++) {
                allocatedBytes(threads, decoder, brief);
                allocatedBytes(threads, decoder, full);
            }

            long ofBrief = allocatedBytes(threads, decoder, brief);
            long ofFull = allocatedBytes(threads, decoder, full);
            assertEquals(200 * (Integer.BYTES + Long.BYTES), ofFull - ofBrief);
        }
    }

    private static long allocatedBytes(
            com.sun.management.ThreadMXBean threads, Decoder decoder, Generator generator) {
        decoder.rewindTo(0);
        long start = threads.getCurrentThreadAllocatedBytes();
        generator.generate(PROMPT);
        return threads.getCurrentThreadAllocatedBytes() - start;
    }

    private void decode(CacheStrategy strategy, Consumer<Decoder> test) {
        var model = SuccessorModel.write(folder, Map.of());
        try (var engine = new Engine(model, Provider.CPU, 1, Progress.SILENT);
                KvCache cache = engine.cache(strategy, 16)) {
            Decoder decoder = engine.decoder(strategy);
            decoder.begin(cache);
            test.accept(decoder);
        }
    }
}
