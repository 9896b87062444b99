package kvbench.bench;

import kvbench.cache.KvCache;
import kvbench.generate.CacheUse;
import kvbench.generate.Decoder;
import kvbench.generate.Generation;
import kvbench.generate.Generator;
import kvbench.generate.Turn;
import kvbench.text.Tokenizer;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One prompt of {@code promptTokens} and an answer of exactly {@code tokenBudget} tokens: the
 * notebook's own workload, 152 tokens in and 150 out.
 *
 * <p>Making and freeing the cache is inside the clock, tokenizing outside. Secondary metrics are
 * those of {@link ConversationBenchmark}.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 1)
public class GenerationBenchmark extends ModelBenchmark {
    @Param("152")
    public int promptTokens;

    @Param("150")
    public int tokenBudget;

    private int[] prompt;
    private int words;
    private Decoder decoder;
    private Generator generator;
    private LedgerMeter meter;
    private GraphRecording recording;
    private TurnLog log;
    private Turn result;

    @Setup(Level.Trial)
    public void prepare(BenchmarkParams params) {
        open();
        try (Tokenizer tokenizer = Tokenizer.open(engine().model().tokenizer())) {
            prompt = SampleText.tokens(tokenizer, promptTokens);
            words = SampleText.words(tokenizer, prompt);
        }
        decoder = engine().decoder(strategy());
        generator = Generator.ofFixedLength(decoder, tokenBudget);
        log = TurnLog.of(params);
        warmUpSteps(params);
        takeBaseline();
        meter = new LedgerMeter(meter(), cached());
        recording = new GraphRecording(strategy(), decoder);
    }

    @Setup(Level.Iteration)
    public void beginIteration(IterationParams iteration) {
        meter.begin(iteration);
        recording.begin();
    }

    @Benchmark
    public Turn generate() {
        meter.begin();
        long start = System.nanoTime();
        try (KvCache cache = engine().cache(strategy(), promptTokens + tokenBudget)) {
            decoder.begin(cache);
            Generation answer = generator.generate(prompt, start);
            Turn answered = Turn.of(1, prompt.length, words, answer, CacheUse.of(cache));
            result = answered.with(meter.end(answered, cache));
        } catch (RuntimeException e) {
            // Its reason is a row of the turns; reporting ends the iteration.
            result = Turn.failed(1, prompt.length, words, e);
        }
        return result;
    }

    @TearDown(Level.Iteration)
    public void report(IterationParams iteration) {
        log.add(List.of(result), iteration);
        AnswerTotals.of(List.of(result)).report(List.of(result));
        recording.count();
        recording.report();
    }

    @TearDown(Level.Trial)
    public void close() {
        closeModel();
    }
}
