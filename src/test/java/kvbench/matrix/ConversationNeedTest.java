package kvbench.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.generate.CacheScope;
import kvbench.generate.CacheUse;
import kvbench.generate.Conversation;
import kvbench.generate.History;
import kvbench.reference.TinyFolder;
import kvbench.text.ConversationScript;
import kvbench.text.Scenarios;
import kvbench.text.Tokenizer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What is forecast of a conversation's caches, held against what they tell once it was run. */
class ConversationNeedTest {
    private static final String SCENARIO = "insurance_claim_auto";
    private static final int TURNS = 4;
    private static final int BUDGET = 60;

    @TempDir private static Path temporary;
    private static Path folder;
    private static Engine engine;

    @BeforeAll
    static void open() {
        folder = TinyFolder.write(temporary.resolve("tiny"), 1024);
        engine = new Engine(ModelFolder.find(folder.toString()), Provider.CPU, 1, Progress.SILENT);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    static Stream<CacheStrategy> strategies() {
        return CacheStrategy.values().stream()
                .filter(strategy -> !strategy.isReplayed())
                .filter(strategy -> strategy != CacheStrategy.NONE);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void whatACacheHoldsAndHasAliveAtItsPeakIsForecastToTheByte(CacheStrategy strategy) {
        for (CacheScope scope : CacheScope.values()) {
            for (History history : History.values()) {
                MemoryNeed need = need(strategy, scope, history);
                List<CacheUse> used = used(strategy, scope, history);
                String words = "%s, %s, %s".formatted(strategy, scope, history);
                assertEquals(most(used, CacheUse::heldBytes), need.heldBytes(), words);
                long peak = most(used, CacheUse::peakBytes);
                if (strategy.evicts() && scope == CacheScope.SESSION) {
                    // Whether a text has to be taken in again, the reply tells.
                    assertTrue(peak <= need.peakBytes(), words);
                } else {
                    assertEquals(peak, need.peakBytes(), words);
                }
            }
        }
    }

    private static long most(List<CacheUse> used, ToLongFunction<CacheUse> quantity) {
        return used.stream().mapToLong(quantity).max().orElseThrow();
    }

    private static MemoryNeed need(CacheStrategy strategy, CacheScope scope, History history) {
        String[] words = {
            "Conversation",
            "-pmodel=" + folder,
            "-pscenario=" + SCENARIO,
            "-pturns=" + TURNS,
            "-ptokenBudget=" + BUDGET,
            "-pstrategy=" + strategy,
            "-pscope=" + scope,
            "-phistory=" + history
        };
        Matrix matrix = Matrix.of(JmhOptions.of(List.of(words)));
        return MemoryNeed.of(matrix.demands().get(matrix.cells().getFirst()));
    }

    private static List<CacheUse> used(CacheStrategy strategy, CacheScope scope, History history) {
        try (Tokenizer tokenizer = Tokenizer.open(engine.model().tokenizer())) {
            var script = ConversationScript.of(Scenarios.load(SCENARIO), tokenizer, TURNS);
            return new Conversation(script, history, BUDGET, scope)
                    .run(engine.decoder(strategy), slots -> engine.cache(strategy, slots)).stream()
                            .map(turn -> turn.cache().orElseThrow())
                            .toList();
        }
    }
}
