package kvbench.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.engine.Computing;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.generate.Decoder;
import kvbench.profile.ReportedMetrics;
import kvbench.reference.TinyFolder;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

/** On the CPU a step that is to be replayed goes through all but the recording itself. */
class GraphRecordingTest {
    @TempDir Path folder;

    private Engine engine;

    @BeforeEach
    void openModel() {
        ReportedMetrics.drain();
        engine =
                new Engine(
                        ModelFolder.find(TinyFolder.write(folder.resolve("tiny"), 64).toString()),
                        Computing.on(Provider.CPU, 1),
                        Progress.SILENT);
    }

    @AfterEach
    void closeModel() {
        engine.close();
    }

    @Test
    void isTheMeanOverCachesThatTookAStep() {
        Decoder decoder = engine.decoder(CacheStrategy.STATIC_GRAPH);
        var recording = new GraphRecording(CacheStrategy.STATIC_GRAPH, decoder);
        recording.begin();
        long first = answer(decoder, 2);
        recording.count();
        answer(decoder, 0);
        recording.count();
        long second = answer(decoder, 1);
        recording.count();
        recording.report();
        assertTrue(first > 0 && second > 0);
        assertEquals(Map.of("graph.record", (first + second) / 1e6 / 2), ReportedMetrics.drain());
    }

    @Test
    void isNotANumberWhereNoStepWasTaken() {
        Decoder decoder = engine.decoder(CacheStrategy.STATIC_GRAPH);
        var recording = new GraphRecording(CacheStrategy.STATIC_GRAPH, decoder);
        recording.begin();
        answer(decoder, 0);
        recording.count();
        recording.report();
        assertEquals(Map.of("graph.record", Double.NaN), ReportedMetrics.drain());
    }

    @Test
    void isNoFigureOfAStrategyThatReplaysNothing() {
        Decoder decoder = engine.decoder(CacheStrategy.STATIC);
        var recording = new GraphRecording(CacheStrategy.STATIC, decoder);
        recording.begin();
        answer(decoder, 2);
        recording.count();
        recording.report();
        assertEquals(Map.of(), ReportedMetrics.drain());
    }

    private long answer(Decoder decoder, int steps) {
        CacheStrategy strategy = CacheStrategy.STATIC_GRAPH;
        try (KvCache cache = engine.cache(strategy, 16)) {
            decoder.begin(cache);
            decoder.prefill(new int[] {3, 4, 5});
            for (int step = 0; step < steps; step++) {
                decoder.step(6);
            }
            return decoder.recordingNanos();
        }
    }
}
