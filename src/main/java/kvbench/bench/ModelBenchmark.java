package kvbench.bench;

import kvbench.cache.CacheStrategy;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.engine.Threads;
import kvbench.text.Tokenizer;

import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What all benchmarks on a model share: the model, where it runs, and the strategy.
 *
 * <p>Parameters: {@code strategy}, {@code model} (a name or a folder), {@code provider} (cpu, cuda,
 * auto), {@code threads} (of one operator; auto: as many as the machine has cores).
 */
@State(Scope.Benchmark)
@Fork(value = ModelBenchmark.FORKS, jvmArgsAppend = ModelBenchmark.NATIVE_ACCESS)
public abstract class ModelBenchmark {
    /** Forks of each arm: the replicates. Fewer than four a side cannot be compared. */
    public static final int FORKS = 4;

    /** Option of a fork's JVM: a manifest entry allows native calls to the parent process only. */
    public static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

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

    private Engine engine;

    /**
     * Opens the model; its sessions are loaded with the first {@link #strategy} that needs them.
     */
    protected final void open() {
        engine =
                new Engine(
                        ModelFolder.find(model),
                        Provider.parse(provider),
                        Threads.parse(threads),
                        Progress.SILENT);
    }

    protected final Engine engine() {
        return engine;
    }

    protected final CacheStrategy strategy() {
        return CacheStrategy.parse(strategy);
    }

    /** The first {@code count} tokens of the suite's own text, in the model's tokens. */
    protected final int[] text(int count) {
        try (Tokenizer tokenizer = Tokenizer.open(engine.model().tokenizer())) {
            return SampleText.tokens(tokenizer, count);
        }
    }

    /** Closes the model; what a benchmark took from it is closed before. */
    protected final void closeModel() {
        engine.close();
    }
}
