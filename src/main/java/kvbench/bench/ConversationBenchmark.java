package kvbench.bench;

import kvbench.generate.CacheScope;
import kvbench.generate.Conversation;
import kvbench.generate.Decoder;
import kvbench.generate.History;
import kvbench.generate.Turn;
import kvbench.text.ConversationScript;
import kvbench.text.Scenarios;
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
 * A customer's conversation of {@code turns} turns: each takes in its prompt and generates exactly
 * {@code tokenBudget} tokens. With {@code scope=turn} each has a cache of its own and takes in the
 * whole text; with {@code session} one cache is kept, and each turn takes in what is new.
 *
 * <p>Making, rewinding and freeing caches is inside the clock, tokenizing outside. The time is that
 * of all turns; secondary metrics tell TTFT, TPOT, tokens, the cache's bytes and how many turns
 * failed. With {@code history=scripted} every arm reads the same context; with {@code generated}
 * the model's own replies, as in the notebook.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 2)
public class ConversationBenchmark extends ModelBenchmark {
    @Param({"1", "5", "10"})
    public int turns;

    @Param("insurance_claim_auto")
    public String scenario;

    @Param("8")
    public int tokenBudget;

    @Param("scripted")
    public String history;

    @Param("turn")
    public String scope;

    private Conversation conversation;
    private Decoder decoder;
    private LedgerMeter meter;
    private GraphRecording recording;
    private TurnLog log;
    private List<Turn> result;

    @Setup(Level.Trial)
    public void prepare(BenchmarkParams params) {
        open();
        try (Tokenizer tokenizer = Tokenizer.open(engine().model().tokenizer())) {
            ConversationScript script =
                    ConversationScript.of(Scenarios.load(scenario), tokenizer, turns);
            conversation =
                    new Conversation(
                            script, History.parse(history), tokenBudget, CacheScope.parse(scope));
        }
        decoder = engine().decoder(strategy());
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
    public List<Turn> converse() {
        result =
                conversation.run(
                        decoder,
                        capacity -> engine().cache(strategy(), capacity),
                        recording.during(meter));
        return result;
    }

    @TearDown(Level.Iteration)
    public void report(IterationParams iteration) {
        log.add(result, iteration);
        AnswerTotals.of(result).report(result);
        recording.report();
    }

    @TearDown(Level.Trial)
    public void close() {
        closeModel();
    }
}
