package kvbench.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.checkpoint.Checkpoint;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.checkpoint.SyntheticCheckpoint;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.memory.Ledger;
import kvbench.model.LlamaConfig;
import kvbench.reference.ModelFiles;
import kvbench.text.ConversationScript;
import kvbench.text.Scenario;
import kvbench.text.Tokenizer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

class ConversationTest {
    private static final long SEED = 5;
    private static final int BUDGET = 6;
    private static final int BYTES_PER_TOKEN =
            2 * 2 * 2 * 8 * Float.BYTES; // layers, K and V, KV heads, head dim

    /** Far longer than a tiny model takes for a turn, whatever else the machine does. */
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** As many rows as the tokenizer of the default model has ids. */
    private static final String CONFIG =
            """
            {"model_type": "llama", "hidden_size": 32, "intermediate_size": 48,
             "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
             "head_dim": 8, "vocab_size": 2048, "max_position_embeddings": 128,
             "tie_word_embeddings": false}
            """;

    private static final Scenario SCENARIO =
            new Scenario(
                    "short",
                    "testing",
                    "Three turns",
                    "Be brief.",
                    List.of(
                            new Scenario.Turn("My claim?", "It is paid."),
                            new Scenario.Turn("When?", "Yesterday."),
                            new Scenario.Turn("Thanks", "Bye.")));

    @TempDir private static Path folder;
    private static ConversationScript script;
    private static Engine engine;

    @BeforeAll
    static void open() {
        try (var tokenizer = Tokenizer.open(Path.of("models/random-llama-7m/tokenizer.json"))) {
            script = ConversationScript.of(SCENARIO, tokenizer, 3);
        }
        LlamaConfig config = LlamaConfig.parse(CONFIG, "config.json");
        SyntheticCheckpoint.write(config, SEED, folder.resolve(Checkpoint.FILE), Progress.SILENT);
        ModelFiles.writeConfig(folder, CONFIG);
        engine = new Engine(ModelFolder.find(folder.toString()), Provider.CPU, 1, Progress.SILENT);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void aScriptedHistoryHasTheScenariosReplies(CacheStrategy strategy) {
        List<Turn> turns = run(History.SCRIPTED, strategy);

        int[] first = script.opening();
        int[] second = joined(first, script.reply(0), script.user(1));
        int[] third = joined(second, script.reply(1), script.user(2));
        assertAnswers(List.of(first, second, third), turns);
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void aGeneratedHistoryHasTheModelsOwnReplies(CacheStrategy strategy) {
        List<Turn> turns = run(History.GENERATED, strategy);

        int[] first = script.opening();
        int[] second = joined(first, answer(first), script.user(1));
        int[] third = joined(second, answer(second), script.user(2));
        assertAnswers(List.of(first, second, third), turns);
    }

    @Test
    void theMeterIsAskedOutsideEachAnswersClockWhileItsCacheIsThere() {
        var asked = new ArrayList<String>();
        var answers = new ArrayList<Optional<Generation>>();
        var meter =
                new TurnMeter() {
                    @Override
                    public void begin() {
                        if (asked.isEmpty()) {
                            LockSupport.parkNanos(PAUSE_NANOS);
                        }
                        asked.add("begin");
                    }

                    @Override
                    public Ledger end(Turn turn, KvCache cache) {
                        asked.add("end " + turn.number() + ", " + cache.length() + " cached");
                        answers.add(turn.generation());
                        return Ledger.unknown("of turn " + turn.number());
                    }
                };

        List<Turn> turns =
                new Conversation(script, History.SCRIPTED, BUDGET, CacheScope.TURN)
                        .run(
                                engine.decoder(CacheStrategy.STATIC),
                                capacity -> engine.cache(CacheStrategy.STATIC, capacity),
                                meter);

        var expected = new ArrayList<String>();
        for (int turn = 0; turn < 3; turn++) {
            expected.add("begin");
            int cached = script.scriptedPrompt(turn).length + BUDGET - 1;
            expected.add("end " + (turn + 1) + ", " + cached + " cached");
            assertEquals(
                    Optional.of(Ledger.unknown("of turn " + (turn + 1))), turns.get(turn).ledger());
        }
        // Its times were all there when the meter was asked, and the pause is in none.
        assertEquals(answers, turns.stream().map(Turn::generation).toList());
        assertTrue(turns.getFirst().generation().orElseThrow().totalNanos() < PAUSE_NANOS);
        assertEquals(expected, asked);
    }

    @Test
    void aTurnThatFailsHasNoLedger() {
        List<Turn> turns =
                new Conversation(script, History.SCRIPTED, BUDGET, CacheScope.TURN)
                        .run(
                                engine.decoder(CacheStrategy.STATIC),
                                capacity -> {
                                    throw new IllegalStateException("no cache");
                                },
                                new TurnMeter() {
                                    @Override
                                    public void begin() {
                                        // Nothing to read.
                                    }

                                    @Override
                                    public Ledger end(Turn turn, KvCache cache) {
                                        throw new AssertionError("the turn failed");
                                    }
                                });
        turns.forEach(turn -> assertEquals(Optional.empty(), turn.ledger()));
        assertEquals(3, turns.size());
    }

    @Test
    void theTwoHistoriesAreTwoTexts() {
        assertNotEquals(
                answers(run(History.SCRIPTED, CacheStrategy.STATIC)),
                answers(run(History.GENERATED, CacheStrategy.STATIC)),
                "seed " + SEED);
    }

    @Test
    void aTurnTellsWhatItsCacheHeld() {
        List<Turn> none = run(History.SCRIPTED, CacheStrategy.NONE);
        List<Turn> dynamic = run(History.SCRIPTED, CacheStrategy.DYNAMIC);
        List<Turn> fixed = run(History.SCRIPTED, CacheStrategy.STATIC);
        for (int turn = 0; turn < 3; turn++) {
            int prompt = script.scriptedPrompt(turn).length;
            long cached = (prompt + BUDGET - 1L) * BYTES_PER_TOKEN;
            assertEquals(new CacheUse(0, 0, 0, 0), cache(none.get(turn)));
            long before = (long) prompt * BYTES_PER_TOKEN;
            assertEquals(
                    new CacheUse(cached, 2 * cached - BYTES_PER_TOKEN, copied(before, cached), 0),
                    cache(dynamic.get(turn)));
            long reserved = (long) (prompt + BUDGET) * BYTES_PER_TOKEN;
            assertEquals(new CacheUse(reserved, reserved, 0, 0), cache(fixed.get(turn)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCacheOfEachTurnIsForItsPromptAndBudgetAndIsClosed(History history) {
        var asked = new ArrayList<Integer>();
        var made = new ArrayList<KvCache>();
        List<Turn> turns =
                new Conversation(script, history, BUDGET, CacheScope.TURN)
                        .run(
                                engine.decoder(CacheStrategy.STATIC),
                                capacity -> {
                                    for (KvCache earlier : made) {
                                        assertEquals(0, earlier.heldBytes());
                                    }
                                    asked.add(capacity);
                                    made.add(engine.cache(CacheStrategy.STATIC, capacity));
                                    return made.getLast();
                                });

        assertEquals(turns.stream().map(turn -> turn.promptTokens() + BUDGET).toList(), asked);
        assertEquals(3, made.size());
        made.forEach(cache -> assertEquals(0, cache.heldBytes()));
    }

    @Test
    void aTurnWithoutACacheFailsAndTheOthersGoOn() {
        List<Turn> whole = run(History.SCRIPTED, CacheStrategy.STATIC);
        List<Turn> turns =
                run(
                        History.SCRIPTED,
                        failing(
                                1,
                                capacity -> {
                                    throw new IllegalStateException("no memory today");
                                }));

        assertFailed(turns.get(1), script.scriptedPrompt(1).length, "no memory today");
        assertArrayEquals(tokens(whole.get(0)), tokens(turns.get(0)));
        assertArrayEquals(tokens(whole.get(2)), tokens(turns.get(2)));
    }

    @Test
    void aFailedTurnOfAGeneratedHistoryLeavesTheScriptedReplyInItsPlace() {
        var made = new ArrayList<KvCache>();
        int prompt = script.opening().length;
        List<Turn> turns =
                run(
                        History.GENERATED,
                        failing(
                                0,
                                capacity -> {
                                    made.add(engine.cache(CacheStrategy.STATIC, capacity - 3));
                                    return made.getLast();
                                }));

        assertFailed(
                turns.get(0),
                prompt,
                "the cache is full: %1$d tokens and 1 new ones do not fit into a capacity of %1$d. Give it a capacity of at least %2$d, or a shorter prompt or token budget."
                        .formatted(prompt + 3, prompt + 4));
        assertEquals(0, made.getFirst().heldBytes());
        int[] second = joined(script.opening(), script.reply(0), script.user(1));
        assertArrayEquals(answer(second), tokens(turns.get(1)));
        int[] third = joined(second, answer(second), script.user(2));
        assertArrayEquals(answer(third), tokens(turns.get(2)));
    }

    @Test
    void aPromptBeyondTheContextIsAFailedTurn() {
        int budget = 128 - script.scriptedPrompt(1).length;
        List<Turn> turns =
                new Conversation(script, History.SCRIPTED, budget, CacheScope.TURN)
                        .run(
                                engine.decoder(CacheStrategy.DYNAMIC),
                                capacity -> engine.cache(CacheStrategy.DYNAMIC, capacity));

        assertEquals(List.of(true, true, false), turns.stream().map(Turn::succeeded).toList());
        assertFailed(
                turns.get(2),
                script.scriptedPrompt(2).length,
                "expected at most 128 tokens, the model's context length, found 129");
    }

    @Test
    void anErrorWithoutAMessageIsStillAnError() {
        Turn failed = Turn.failed(1, 2, 3, new IllegalStateException());

        assertFalse(failed.succeeded());
        assertEquals(Optional.of("IllegalStateException"), failed.error());
    }

    @Test
    void theLongestSequenceOfAScriptedHistoryIsTheLastPromptAndItsAnswer() {
        assertEquals(
                script.scriptedPrompt(2).length + BUDGET,
                new Conversation(script, History.SCRIPTED, BUDGET, CacheScope.TURN)
                        .longestSequence());
    }

    @ParameterizedTest
    @EnumSource
    void theLongestSequenceIsThatOfTheLastTurn(History history) {
        Turn last = run(history, CacheStrategy.STATIC).getLast();

        assertEquals(
                last.promptTokens() + BUDGET,
                new Conversation(script, history, BUDGET, CacheScope.TURN).longestSequence());
    }

    private static IntFunction<KvCache> failing(int turn, IntFunction<KvCache> instead) {
        var turns = new ArrayList<Integer>();
        return capacity -> {
            turns.add(capacity);
            return turns.size() - 1 == turn
                    ? instead.apply(capacity)
                    : engine.cache(CacheStrategy.STATIC, capacity);
        };
    }

    private static List<Turn> run(History history, CacheStrategy strategy) {
        return new Conversation(script, history, BUDGET, CacheScope.TURN)
                .run(engine.decoder(strategy), capacity -> engine.cache(strategy, capacity));
    }

    private static List<Turn> run(History history, IntFunction<KvCache> caches) {
        return new Conversation(script, history, BUDGET, CacheScope.TURN)
                .run(engine.decoder(CacheStrategy.STATIC), caches);
    }

    /** What the model says to a prompt alone. */
    private static int[] answer(int[] prompt) {
        Decoder decoder = engine.decoder(CacheStrategy.NONE);
        try (KvCache cache = engine.cache(CacheStrategy.NONE, prompt.length + BUDGET)) {
            decoder.begin(cache);
            return Generator.ofFixedLength(decoder, BUDGET).generate(prompt).tokens();
        }
    }

    private static void assertAnswers(List<int[]> prompts, List<Turn> turns) {
        assertEquals(prompts.size(), turns.size());
        for (int i = 0; i < prompts.size(); i++) {
            Turn turn = turns.get(i);
            assertEquals(i + 1, turn.number());
            assertEquals(prompts.get(i).length, turn.promptTokens());
            assertEquals(script.words(i), turn.contextWords());
            assertEquals(Optional.empty(), turn.error());
            assertArrayEquals(answer(prompts.get(i)), tokens(turn), "turn " + i);
            assertEquals(prompts.get(i).length, turn.generation().orElseThrow().promptTokens());
        }
    }

    private static void assertFailed(Turn turn, int promptTokens, String error) {
        assertEquals(
                new Turn(
                        turn.number(),
                        promptTokens,
                        turn.contextWords(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(error)),
                turn);
    }

    private static CacheUse cache(Turn turn) {
        return turn.cache().orElseThrow();
    }

    /** What a dynamic cache copies that grows from {@code first} bytes to {@code last}. */
    private static long copied(long first, long last) {
        long copied = 0;
        for (long past = first; past < last; past += BYTES_PER_TOKEN) {
            copied += past;
        }
        return copied;
    }

    private static int[] tokens(Turn turn) {
        return turn.generation().orElseThrow().tokens();
    }

    private static List<List<Integer>> answers(List<Turn> turns) {
        return turns.stream().map(turn -> IntStream.of(tokens(turn)).boxed().toList()).toList();
    }

    private static int[] joined(int[]... pieces) {
        return IntStream.range(0, pieces.length).flatMap(i -> IntStream.of(pieces[i])).toArray();
    }
}
