package kvbench.bench;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.engine.Computing;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.engine.Threads;
import kvbench.generate.Decoder;
import kvbench.generate.RecordingWatch;
import kvbench.gpu.OwnGpu;
import kvbench.memory.ArenaUse;
import kvbench.memory.DeviceMeter;
import kvbench.memory.MemoryMeter;
import kvbench.model.KvGeometry;
import kvbench.ort.OrtAllocator;
import kvbench.profile.Watched;
import kvbench.text.Tokenizer;

import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What all benchmarks on a model share: the model, where it runs, and the strategy.
 *
 * <p>Parameters: {@code strategy}, {@code model} (a name or a folder), {@code provider} (cpu, cuda,
 * auto), {@code threads} (of one operator; auto: as many as the machine has cores), {@code dtype}
 * of the graph and its cache, {@code sampling} (who chooses the next token: the host or the
 * device), {@code allocator} of the cache's buffers. See {@link Computing} for what auto means.
 */
@State(Scope.Benchmark)
@Fork(value = ModelBenchmark.FORKS, jvmArgsAppend = ModelBenchmark.NATIVE_ACCESS)
public abstract class ModelBenchmark {
    /** Forks of each arm: the replicates. Fewer than four a side cannot be compared. */
    public static final int FORKS = 6;

    /** Option of a fork's JVM: a manifest entry allows native calls to the parent process only. */
    public static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

    private static final int WARM_UP_DEPTH = 16;
    private static final int BASELINE_STEPS = 4;
    private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** The model that comes with the suite. */
    public static final String DEFAULT_MODEL = "random-llama-7m";

    @Param({"none", "dynamic", "static"})
    public String strategy;

    @Param(DEFAULT_MODEL)
    public String model;

    @Param("auto")
    public String provider;

    @Param(Threads.AUTO)
    public String threads;

    @Param(Computing.AUTO)
    public String dtype;

    @Param(Computing.AUTO)
    public String sampling;

    @Param(Computing.AUTO)
    public String allocator;

    private Engine engine;
    private MemoryMeter meter;
    private Optional<DeviceMeter> device = Optional.empty();

    /** Opens the model and loads the session that {@link #strategy} needs. */
    protected final void open() {
        Computing computing = Computing.of(this::param);
        device =
                computing.provider() == Provider.CUDA
                        ? Optional.of(DeviceMeter.beforeOpening(OwnGpu.ofThisMachine()))
                        : Optional.empty();
        engine = new Engine(ModelFolder.find(model), computing, Progress.SILENT);
        device.ifPresent(opened -> opened.opened(engine::deviceSpace));
        MemoryMeter.Loading loading = MemoryMeter.beforeLoading(engine.checkpoint().files());
        OrtAllocator allocator = engine.allocator(strategy());
        meter =
                device.map(loaded -> meterOn(loaded, loading, allocator))
                        .orElseGet(() -> loading.done(allocator, cached()));
    }

    private MemoryMeter meterOn(
            DeviceMeter device, MemoryMeter.Loading loading, OrtAllocator allocator) {
        device.loaded(allocator, engine.allocatorOf(strategy()));
        engine.decoder(strategy()).watch(new MeteredRecording(device));
        return loading.doneOn(device, allocator, cached());
    }

    /**
     * A recording is part of the time of an answer that makes it, so that it is not looked at where
     * that time counts.
     */
    @Setup(Level.Iteration)
    public void watchRecordings(IterationParams iteration) {
        device.ifPresent(
                meter ->
                        engine.decoder(strategy())
                                .watch(
                                        iteration.getType() == IterationType.MEASUREMENT
                                                ? RecordingWatch.NONE
                                                : new MeteredRecording(meter)));
    }

    private record MeteredRecording(DeviceMeter device) implements RecordingWatch {
        @Override
        public void begins() {
            device.recordingBegins();
        }

        @Override
        public void ended() {
            device.recorded();
        }
    }

    private String param(String name) {
        return switch (name) {
            case "provider" -> provider;
            case "threads" -> threads;
            case "dtype" -> dtype;
            case "sampling" -> sampling;
            case "allocator" -> allocator;
            default -> throw new IllegalArgumentException("no way of computing is called " + name);
        };
    }

    /** Lets profilers see the arena as the work of an iteration finds it. */
    @Setup(Level.Iteration)
    public void showArenaBefore() {
        Watched.arenaBefore(ArenaUse.of(engine.allocator(strategy())));
    }

    /** Lets profilers see the arena, and the process, as the work of an iteration leaves them. */
    @TearDown(Level.Iteration)
    public void tellProfilersOfTheEnd() {
        Optional<ArenaUse> arena = ArenaUse.of(engine.allocator(strategy()));
        if (device.isPresent()) {
            Watched.deviceArena(arena);
        }
        Watched.workEnded(arena);
    }

    /** Keeps the memory ledger, once {@link #takeBaseline} was called. */
    protected final MemoryMeter meter() {
        return meter;
    }

    /**
     * Takes the ledger's baseline: the model is loaded, and a short prompt and a few steps have
     * read all weights. No cache is left.
     */
    protected final void takeBaseline() {
        int[] text = text(WARM_UP_DEPTH);
        Decoder decoder = engine.decoder(strategy());
        try (KvCache cache = engine.cache(strategy(), WARM_UP_DEPTH + 1)) {
            decoder.begin(cache);
            decoder.prefill(text);
            for (int step = 0; step < BASELINE_STEPS; step++) {
                decoder.probe(text[0]);
            }
        }
        meter.takeBaseline();
    }

    protected final Engine engine() {
        return engine;
    }

    protected final CacheStrategy strategy() {
        return CacheStrategy.ofArm(strategy);
    }

    /** The size of what is cached. */
    protected final KvGeometry cached() {
        return strategy().cached(engine.geometry());
    }

    /** The first {@code count} tokens of the suite's own text, in the model's tokens. */
    protected final int[] text(int count) {
        try (Tokenizer tokenizer = Tokenizer.open(engine.model().tokenizer())) {
            return SampleText.tokens(tokenizer, count);
        }
    }

    /**
     * Takes decode steps for a while, so that a single shot that is shorter than the JIT needs does
     * not measure the JIT. Does nothing where no warm-up is asked for ({@code -wi 0}).
     */
    protected final void warmUpSteps(BenchmarkParams params) {
        if (params.getWarmup().getCount() == 0) {
            return;
        }
        int[] text = text(WARM_UP_DEPTH);
        Decoder decoder = engine.decoder(strategy());
        try (KvCache cache = engine.cache(strategy(), WARM_UP_DEPTH + 1)) {
            decoder.begin(cache);
            decoder.prefill(text);
            long end = System.nanoTime() + WARM_UP_NANOS;
            while (System.nanoTime() < end) {
                decoder.probe(text[0]);
            }
        }
    }

    /** Closes the model; what a benchmark took from it is closed before. */
    protected final void closeModel() {
        engine.close();
    }
}
