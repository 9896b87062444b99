package kvbench.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.engine.Computing;
import kvbench.engine.CudaReadiness;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.generate.Decoder;
import kvbench.generate.RecordingWatch;
import kvbench.gpu.OwnGpu;
import kvbench.ort.OrtAllocator;
import kvbench.ort.OtherJvm;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;

/**
 * The lines add up to what the driver counts: on a machine with a GPU that nobody else uses, each
 * strategy in a process of its own.
 */
class DeviceLedgerSumTest {
    private static final double WITHIN = 0.03;

    /** 180 million weights, and 32 KiB of keys and values per token in float16. */
    private static final String CONFIG =
            """
            {"model_type": "llama", "hidden_act": "silu", "hidden_size": 1024,
             "intermediate_size": 4096, "num_hidden_layers": 8, "num_attention_heads": 16,
             "num_key_value_heads": 16, "head_dim": 64, "vocab_size": 32768,
             "max_position_embeddings": 8192, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
             "tie_word_embeddings": true, "bos_token_id": 0, "eos_token_id": 1}
            """;

    private static final String LIBRARY = "kvbench.onnxruntime";
    private static final int DEPTH = 4096;
    private static final int WARM_UP_DEPTH = 16;
    private static final int STEPS = 4;

    @TempDir private static Path folder;

    @BeforeAll
    static void makeModel() throws IOException {
        Assumptions.assumeTrue(
                CudaReadiness.here().isReady(), "no GPU here that CUDA can compute on");
        Files.writeString(folder.resolve("config.json"), CONFIG);
        Files.writeString(folder.resolve("seed.json"), "{\"seed\": 7}");
        ModelFolder.find(folder.toString()).checkpoint(Progress.SILENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "dynamic", "static", "static-graph"})
    void theLinesAddUpToWhatTheDriverCounts(String strategy)
            throws IOException, InterruptedException {
        var ledger = new LinkedHashMap<String, Double>();
        for (String line :
                OtherJvm.run(
                        Measurement.class,
                        "-Dfolder=" + folder,
                        "-Dstrategy=" + strategy,
                        "-D" + LIBRARY + "=" + System.getProperty(LIBRARY, ""))) {
            String[] words = line.split(" ");
            ledger.put(words[0], Double.valueOf(words[1]));
        }
        System.out.println(strategy + " @ d " + DEPTH + " " + ledger);
        assertEquals(
                0,
                ledger.get("vram.unaccounted") / ledger.get("vram.used"),
                WITHIN,
                ledger::toString);
    }

    /** Fills a cache to the depth, in the process that is measured. */
    public static final class Measurement {
        private Measurement() {}

        public static void main(String[] args) {
            CacheStrategy strategy = CacheStrategy.parse(System.getProperty("strategy"));
            ModelFolder model = ModelFolder.find(System.getProperty("folder"));
            Computing computing = Computing.on(Provider.CUDA, 1);
            DeviceMeter meter = DeviceMeter.beforeOpening(OwnGpu.ofThisMachine());
            try (var engine = new Engine(model, computing, Progress.SILENT)) {
                meter.opened(engine::deviceSpace);
                OrtAllocator allocator = engine.allocator(strategy);
                meter.loaded(allocator, engine.allocatorOf(strategy));
                Decoder decoder = engine.decoder(strategy);
                decoder.watch(watch(meter));
                try (KvCache cache = engine.cache(strategy, WARM_UP_DEPTH)) {
                    fill(decoder, cache, WARM_UP_DEPTH);
                }
                meter.warm();
                try (KvCache cache = engine.cache(strategy, DEPTH)) {
                    fill(decoder, cache, DEPTH);
                    meter.end(cache).lines().forEach(Measurement::print);
                }
            }
        }

        private static RecordingWatch watch(DeviceMeter meter) {
            return new RecordingWatch() {
                @Override
                public void begins() {
                    meter.recordingBegins();
                }

                @Override
                public void ended() {
                    meter.recorded();
                }
            };
        }

        private static void fill(Decoder decoder, KvCache cache, int depth) {
            decoder.begin(cache);
            int token = decoder.prefill(new int[depth - STEPS]);
            for (int step = 0; step < STEPS; step++) {
                token = decoder.step(token);
            }
        }

        private static void print(Ledger.Line line) {
            System.out.println(line.name() + " " + line.figure().value());
        }
    }
}
