package kvbench.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.generate.Decoder;
import kvbench.ort.OtherJvm;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The lines add up to what the kernel says a process holds beyond its baseline: each strategy at
 * each depth in a process of its own.
 */
class LedgerSumTest {
    private static final long MIB = 1 << 20;
    private static final double WITHIN = 0.03;

    /** Few weights, and many bytes of keys and values per token: 4 * 2 * 16 * 64 * 4 = 32 KiB. */
    private static final String CONFIG =
            """
            {"model_type": "llama", "hidden_act": "silu", "hidden_size": 128,
             "intermediate_size": 128, "num_hidden_layers": 4, "num_attention_heads": 16,
             "num_key_value_heads": 16, "head_dim": 64, "vocab_size": 2048,
             "max_position_embeddings": 4096, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
             "tie_word_embeddings": true, "bos_token_id": 0, "eos_token_id": 1}
            """;

    private static final long KV_BYTES_PER_TOKEN = 32 << 10;
    private static final int STEPS = 2;

    @TempDir private static Path folder;

    @BeforeAll
    static void makeModel() throws IOException {
        Assumptions.assumeTrue(
                new FootprintReader(Set.of()).now().resident().known(), ProcessMemory.ONLY_LINUX);
        Files.writeString(folder.resolve("config.json"), CONFIG);
        Files.writeString(folder.resolve("seed.json"), "{\"seed\": 7}");
        ModelFolder.find(folder.toString()).checkpoint(Progress.SILENT);
    }

    @ParameterizedTest
    @CsvSource({
        "none, 512", "none, 1024", "none, 2048",
        "dynamic, 512", "dynamic, 1024", "dynamic, 2048",
        "static, 512", "static, 1024", "static, 2048"
    })
    void theLinesAddUpToWhatTheProcessHoldsBeyondItsBaseline(String strategy, int depth)
            throws IOException, InterruptedException {
        Map<String, Double> ledger = ledger(strategy, depth, 0);
        System.out.println(strategy + " @ d " + depth + " " + ledger);

        double held = strategy.equals("none") ? 0 : (double) depth * KV_BYTES_PER_TOKEN;
        assertEquals(held, ledger.get("kv.analytic"));
        // The static cache is full, and the dynamic one has no slack.
        assertEquals(held, ledger.get("kv.held"));
        assertEquals(0, ledger.get("kv.slack"));
        assertEquals(0, ledger.get("kv.untouched"));
        double copies = strategy.equals("dynamic") ? 2 * held - KV_BYTES_PER_TOKEN : held;
        assertEquals(copies, ledger.get("kv.peak"));
        assertEquals(1, ledger.get("sum") / ledger.get("rss.growth"), WITHIN, ledger.toString());
        assertTrue(ledger.get("rss.growth") > 16 * MIB, ledger.toString());
        assertTrue(ledger.get("rss.peak") >= ledger.get("rss.resident"), ledger.toString());
        assertTrue(ledger.get("arena.peak") >= ledger.get("arena.inuse"), ledger.toString());
        assertTrue(ledger.get("arena.inuse") >= held, ledger.toString());
        assertTrue(ledger.get("weights.mapped") > 8 * MIB, ledger.toString());
        assertEquals(0, ledger.get("weights.read"), ledger.toString());
    }

    @Test
    void memoryThatNoLineTellsOfIsNotExplainedAway() throws IOException, InterruptedException {
        Map<String, Double> ledger = ledger("static", 512, 64);

        assertEquals(64, ledger.get("rss.unaccounted") / MIB, 2, ledger.toString());
    }

    @Test
    void slotsNeverWrittenAreNotInMemoryAndTakenOff() throws IOException, InterruptedException {
        Map<String, Double> ledger = ledger("static", 512, 0, "-Dcapacity=2048");

        double slack = 1536.0 * KV_BYTES_PER_TOKEN;
        assertEquals(slack, ledger.get("kv.slack"));
        // Pages at the seams of a head's rows are written in part.
        assertEquals(1, ledger.get("kv.untouched") / slack, WITHIN, ledger.toString());
        assertEquals(1, ledger.get("sum") / ledger.get("rss.growth"), WITHIN, ledger.toString());
    }

    private static Map<String, Double> ledger(
            String strategy, int depth, int hiddenMib, String... options)
            throws IOException, InterruptedException {
        List<String> lines =
                OtherJvm.run(
                        Measurement.class,
                        Stream.concat(
                                        Stream.of(
                                                "-Dfolder=" + folder,
                                                "-Dstrategy=" + strategy,
                                                "-Ddepth=" + depth,
                                                "-DhiddenMib=" + hiddenMib),
                                        Stream.of(options))
                                .toArray(String[]::new));
        var ledger = new LinkedHashMap<String, Double>();
        for (String line : lines) {
            String[] words = line.split(" ");
            ledger.put(words[0], Double.valueOf(words[1]));
        }
        return ledger;
    }

    /** Fills a cache to the depth, in the process that is measured. */
    public static final class Measurement {
        private Measurement() {}

        public static void main(String[] args) throws IOException {
            CacheStrategy strategy = CacheStrategy.parse(System.getProperty("strategy"));
            int depth = Integer.getInteger("depth");
            ModelFolder model = ModelFolder.find(System.getProperty("folder"));
            try (var engine = new Engine(model, Provider.CPU, 1, Progress.SILENT);
                    Arena arena = Arena.ofConfined()) {
                MemoryMeter.Loading loading =
                        MemoryMeter.beforeLoading(engine.checkpoint().files());
                Decoder decoder = engine.decoder(strategy);
                MemoryMeter meter = loading.done(engine.allocator(strategy), engine.geometry());
                try (KvCache cache = engine.cache(strategy, 32)) {
                    fill(decoder, cache, 16);
                }
                meter.takeBaseline();

                meter.begin();
                if (Integer.getInteger("hiddenMib") > 0) {
                    hide(Integer.getInteger("hiddenMib") * MIB, arena);
                }
                try (KvCache cache =
                        engine.cache(strategy, Integer.getInteger("capacity", depth))) {
                    fill(decoder, cache, depth);
                    print(meter.end("fill", cache, STEPS + 1));
                }
            }
        }

        private static void fill(Decoder decoder, KvCache cache, int depth) {
            decoder.begin(cache);
            int token = decoder.prefill(new int[depth - STEPS]);
            for (int step = 0; step < STEPS; step++) {
                token = decoder.step(token);
            }
        }

        /** Takes memory in no place that a line knows of. */
        private static void hide(long bytes, Arena arena) throws IOException {
            Path file = Files.createTempFile("hidden", null);
            try (FileChannel hidden =
                    FileChannel.open(
                            file,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE)) {
                hidden.map(MapMode.READ_WRITE, 0, bytes, arena).fill((byte) 1);
            }
        }

        private static void print(Ledger ledger) {
            ledger.lines()
                    .forEach(line -> System.out.println(line.name() + " " + line.figure().value()));
            System.out.println("sum " + ledger.accounted().value());
        }
    }
}
