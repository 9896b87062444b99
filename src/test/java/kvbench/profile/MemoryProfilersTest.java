package kvbench.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.memory.ArenaUse;
import kvbench.memory.Figure;
import kvbench.memory.ProcessMemory;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.profile.Profiler;
import org.openjdk.jmh.profile.ProfilerException;
import org.openjdk.jmh.profile.ProfilerFactory;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.IterationResultMetaData;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.options.ProfilerConfig;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

class MemoryProfilersTest {
    private static final int OPERATIONS = 4;
    private static final long MIB = 1 << 20;

    @BeforeEach
    void forgetWhatOtherTestsLeft() {
        Watched.drainArena();
        Watched.drainCaches();
        SuiteMetrics.drain();
    }

    // ---- ortalloc ----

    @Test
    void ortallocCountsAnIterationsAllocationsAndTellsTheArena() {
        var profiler = new OrtAllocProfiler();
        profiler.beforeIteration(null, null);
        Watched.arenaBefore(Optional.of(new ArenaUse(1000, 5000, 900, 8192, 40)));
        Watched.workEnded(Optional.of(new ArenaUse(2000, 6000, 1900, 16384, 100)));

        assertEquals(
                List.of(
                        "ort.alloc.count 60.0 allocations",
                        "ort.alloc.count.norm 15.0 allocations/op",
                        "ort.arena.inuse 2000.0 bytes",
                        "ort.arena.inuse.max 6000.0 bytes",
                        "ort.arena.reserved 16384.0 bytes"),
                texts(after(profiler)));
    }

    @Test
    void aPeakThatIsHiddenIsNaNAndSaysWhy() {
        var profiler = new OrtAllocProfiler();
        profiler.beforeIteration(null, null);
        Watched.arenaBefore(Optional.of(new ArenaUse(1000, 5000, 900, 8192, 40)));
        Watched.workEnded(Optional.of(new ArenaUse(2000, 5000, 1900, 8192, 44)));

        assertEquals(
                List.of(
                        "ort.alloc.count 4.0 allocations",
                        "ort.alloc.count.norm 1.0 allocations/op",
                        "ort.arena.inuse 2000.0 bytes",
                        "ort.arena.inuse.max NaN bytes",
                        "ort.arena.inuse.max is NaN: hidden below an earlier and higher peak 1.0"
                                + " iterations",
                        "ort.arena.reserved 8192.0 bytes"),
                texts(after(profiler)));
    }

    @Test
    void aBenchmarkWithoutASessionHasNoArena() {
        var profiler = new OrtAllocProfiler();
        profiler.beforeIteration(null, null);

        List<String> texts = texts(after(profiler));
        assertEquals(10, texts.size());
        assertEquals("ort.alloc.count NaN allocations", texts.get(0));
        assertEquals(
                "ort.alloc.count is NaN: this benchmark has no session of ONNX Runtime 1.0"
                        + " iterations",
                texts.get(1));
    }

    // ---- kv ----

    @Test
    void kvTellsTheLargestCacheAndAllCopies() {
        var profiler = new KvProfiler();
        profiler.beforeIteration(null, null);
        Watched.cache(new KvUse(100, 80, 7));
        Watched.cache(new KvUse(400, 300, 20));
        Watched.cache(new KvUse(200, 200, 1));

        assertEquals(
                List.of(
                        "kv.held 400.0 bytes",
                        "kv.live 300.0 bytes",
                        "kv.slack 100.0 bytes",
                        "kv.copied 28.0 bytes",
                        "kv.copied.norm 7.0 bytes/op"),
                texts(after(profiler)));
    }

    @Test
    void kvTellsOfACacheThatIsKeptHowFullItGot() {
        var profiler = new KvProfiler();
        profiler.beforeIteration(null, null);
        Watched.cache(new KvUse(400, 100, 0));
        Watched.cache(new KvUse(400, 300, 5));
        Watched.cache(new KvUse(400, 200, 2));

        assertEquals(
                List.of(
                        "kv.held 400.0 bytes",
                        "kv.live 300.0 bytes",
                        "kv.slack 100.0 bytes",
                        "kv.copied 7.0 bytes",
                        "kv.copied.norm 1.75 bytes/op"),
                texts(after(profiler)));
    }

    @Test
    void kvForgetsTheCachesOfEarlierIterations() {
        var profiler = new KvProfiler();
        Watched.cache(new KvUse(100, 80, 7));
        profiler.beforeIteration(null, null);

        assertEquals("kv.held NaN bytes", texts(after(profiler)).get(0));
        assertEquals(
                "kv.held is NaN: this benchmark has no cache 1.0 iterations",
                texts(after(profiler)).get(1));
    }

    // ---- rss ----

    @Test
    void rssTellsThePeakWithinTheIteration() {
        Assumptions.assumeTrue(ProcessMemory.now().residentBytes() > 0, ProcessMemory.ONLY_LINUX);
        var profiler = new RssProfiler();
        profiler.beforeIteration(null, null);
        touch(64 * MIB);
        Map<String, Double> with = values(after(profiler));
        profiler.beforeIteration(null, null);
        Map<String, Double> without = values(after(profiler));

        Assumptions.assumeTrue(with.get("rss.peak") > 0, "the peak cannot be set back here");
        assertEquals(64, (with.get("rss.peak") - with.get("rss.resident")) / MIB, 8);
        assertEquals(0, (without.get("rss.peak") - without.get("rss.resident")) / MIB, 8);
        assertEquals(
                without.get("rss.resident"),
                without.get("rss.anonymous") + without.get("rss.file") + without.get("rss.shared"),
                MIB);
    }

    /** JMH unloads the model within the last iteration that a profiler sees. */
    @Test
    void rssIsReadWhenTheWorkHasEndedAndTheModelIsStillThere() {
        Assumptions.assumeTrue(ProcessMemory.now().residentBytes() > 0, ProcessMemory.ONLY_LINUX);
        var profiler = new RssProfiler();
        profiler.beforeIteration(null, null);
        double without = ProcessMemory.now().residentBytes();
        try (Arena model = Arena.ofConfined()) {
            model.allocate(64 * MIB).fill((byte) 1);
            Watched.workEnded(Optional.empty());
        }
        Map<String, Double> seen = values(after(profiler));
        assertEquals(64, (seen.get("rss.resident") - without) / MIB, 8);
        assertTrue(seen.get("rss.peak") >= seen.get("rss.resident"), seen::toString);
    }

    private static void touch(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            // So large that the C library gives it back at once.
            arena.allocate(bytes).fill((byte) 1);
        }
    }

    // ---- All ----

    @ParameterizedTest
    @ValueSource(classes = {OrtAllocProfiler.class, RssProfiler.class, KvProfiler.class})
    void jmhFindsItByItsClassAndAsAService(Class<? extends Profiler> type)
            throws ProfilerException {
        Profiler found =
                ProfilerFactory.getProfilerOrException(new ProfilerConfig(type.getName(), ""));
        assertEquals(type, found.getClass());
        assertTrue(
                ServiceLoader.load(Profiler.class).stream()
                        .anyMatch(provider -> provider.type().equals(type)));
    }

    @Test
    void aReasonHasNothingThatBreaksTheJsonOfJmh() {
        assertEquals(
                List.of("a NaN bytes", "a is NaN: one two three 1.0 iterations"),
                texts(SuiteResults.of("a", Figure.unknown("one, {two} [three]\""), "bytes")));
    }

    private static List<Result<?>> after(InternalProfiler profiler) {
        var iteration =
                new IterationResult(
                        null, null, new IterationResultMetaData(OPERATIONS, OPERATIONS));
        var results = new ArrayList<Result<?>>();
        for (Result<?> result : profiler.afterIteration(null, null, iteration)) {
            results.add(result);
        }
        return results;
    }

    private static List<String> texts(Iterable<? extends Result<?>> results) {
        var texts = new ArrayList<String>();
        results.forEach(
                result ->
                        texts.add(
                                "%s %s %s"
                                        .formatted(
                                                result.getLabel(),
                                                result.getScore(),
                                                result.getScoreUnit())));
        return texts;
    }

    private static Map<String, Double> values(List<Result<?>> results) {
        var values = new LinkedHashMap<String, Double>();
        results.forEach(result -> values.put(result.getLabel(), result.getScore()));
        return values;
    }
}
