package kvbench.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import kvbench.text.Scenarios;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A conversation whose cache lives for the session, held against the scope of a turn. */
class SessionTest {
    private static final long SEED = 23;
    private static final int BUDGET = 5;
    private static final int TURNS = 6;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final String SCENARIO = "insurance_claim_auto";

    /** As many rows as the tokenizer of the default model has ids. */
    private static final String CONFIG =
            """
            {"model_type": "llama", "hidden_size": 32, "intermediate_size": 48,
             "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
             "head_dim": 8, "vocab_size": 2048, "max_position_embeddings": 2048,
             "tie_word_embeddings": false}
            """;

    private static final int BYTES_PER_TOKEN =
            2 * 2 * 2 * 8 * Float.BYTES; // layers, K and V, KV heads, head dim

    @TempDir private static Path folder;
    private static Tokenizer tokenizer;
    private static ConversationScript script;
    private static Engine engine;

    @BeforeAll
    static void open() {
        tokenizer = Tokenizer.open(Path.of("models/random-llama-7m/tokenizer.json"));
        script = ConversationScript.of(Scenarios.load(SCENARIO), tokenizer, TURNS);
        LlamaConfig config = LlamaConfig.parse(CONFIG, "config.json");
        SyntheticCheckpoint.write(config, SEED, folder.resolve(Checkpoint.FILE), Progress.SILENT);
        ModelFiles.writeConfig(folder, CONFIG);
        engine = new Engine(ModelFolder.find(folder.toString()), Provider.CPU, 1, Progress.SILENT);
    }

    @AfterAll
    static void close() {
        engine.close();
        tokenizer.close();
    }

    static Stream<CacheStrategy> exactStrategies() {
        return CacheStrategy.values().stream()
                .filter(CacheStrategy::exact)
                .filter(strategy -> !strategy.isReplayed());
    }

    static Stream<CacheStrategy> cachingStrategies() {
        return exactStrategies().filter(strategy -> strategy != CacheStrategy.NONE);
    }

    @ParameterizedTest
    @MethodSource("exactStrategies")
    void anExactStrategySaysTheSameInBothScopesAfterAScriptedReply(CacheStrategy strategy) {
        assertSameInBothScopes(History.SCRIPTED, strategy);
    }

    @ParameterizedTest
    @MethodSource("exactStrategies")
    void anExactStrategySaysTheSameInBothScopesAfterItsOwnReply(CacheStrategy strategy) {
        assertSameInBothScopes(History.GENERATED, strategy);
    }

    private static void assertSameInBothScopes(History history, CacheStrategy strategy) {
        List<Turn> byTurn = run(script, history, CacheScope.TURN, strategy);
        List<Turn> bySession = run(script, history, CacheScope.SESSION, strategy);
        assertEquals(TURNS, bySession.size());
        for (int turn = 0; turn < TURNS; turn++) {
            assertEquals(Optional.empty(), bySession.get(turn).error());
            assertArrayEquals(
                    tokens(byTurn.get(turn)),
                    tokens(bySession.get(turn)),
                    "turn %d, seed %d".formatted(turn + 1, SEED));
            assertEquals(byTurn.get(turn).promptTokens(), bySession.get(turn).promptTokens());
        }
    }

    @ParameterizedTest
    @MethodSource("cachingStrategies")
    void ofItsOwnReplyATurnTakesInTheLastTokenAndWhatTheUserSays(CacheStrategy strategy) {
        List<Turn> turns = run(script, History.GENERATED, CacheScope.SESSION, strategy);
        assertEquals(script.opening().length, prefilled(turns.getFirst()));
        for (int turn = 1; turn < TURNS; turn++) {
            assertEquals(1 + script.user(turn).length, prefilled(turns.get(turn)));
            assertEquals(0, cache(turns.get(turn)).rewoundTokens());
        }
    }

    @ParameterizedTest
    @MethodSource("cachingStrategies")
    void ofAScriptedReplyATurnTakesInWhatTheModelSaidOtherwise(CacheStrategy strategy) {
        List<Turn> turns = run(script, History.SCRIPTED, CacheScope.SESSION, strategy);
        for (int turn = 1; turn < TURNS; turn++) {
            int[] next = script.scriptedPrompt(turn);
            int[] held = joined(script.scriptedPrompt(turn - 1), cached(turns.get(turn - 1)));
            int common = Arrays.mismatch(held, next);
            assertEquals(next.length, turns.get(turn).promptTokens());
            assertEquals(next.length - common, prefilled(turns.get(turn)));
            assertEquals(held.length - common, cache(turns.get(turn)).rewoundTokens());
        }
    }

    @Test
    void aReplyThatTheScriptBeginsWithIsKeptAsFarAsItGoes() {
        int[] said =
                tokens(
                        run(script, History.SCRIPTED, CacheScope.TURN, CacheStrategy.NONE)
                                .getFirst());
        int[] prompt = script.opening();
        int[] other = {said[1] == 7 ? 8 : 7};
        Decoder decoder = engine.decoder(CacheStrategy.DYNAMIC);
        try (var cached = cachedText(CacheStrategy.DYNAMIC)) {
            assertEquals(0, cached.begin(prompt, 1));
            answer(decoder, cached, prompt, 0);

            // Two tokens of the reply, and the rest otherwise: it is rewound by what is left of it.
            int[] edited = joined(prompt, Arrays.copyOf(said, 2), new int[] {said[2] == 7 ? 8 : 7});
            int kept = cached.begin(edited, 1);
            assertEquals(prompt.length + 2, kept);
            assertEquals(BUDGET - 1 - 2, cached.use().rewoundTokens());
            assertArrayEquals(fresh(edited), answer(decoder, cached, edited, kept), "seed " + SEED);

            // A prompt that was rewritten from its middle on.
            int[] rewritten = joined(Arrays.copyOf(prompt, 9), other, prompt);
            kept = cached.begin(rewritten, 1);
            assertEquals(prompt[9] == other[0] ? 10 : 9, kept);
            assertArrayEquals(
                    fresh(rewritten), answer(decoder, cached, rewritten, kept), "seed " + SEED);
        }
    }

    @ParameterizedTest
    @MethodSource("cachingStrategies")
    void aPromptThatIsHeldAlreadyTakesInItsLastToken(CacheStrategy strategy) {
        int[] prompt = script.opening();
        Decoder decoder = engine.decoder(strategy);
        try (var cached = cachedText(strategy)) {
            answer(decoder, cached, prompt, cached.begin(prompt, prompt.length + BUDGET));
            int kept = cached.begin(prompt, 1);
            assertEquals(prompt.length - 1, kept);
            assertArrayEquals(fresh(prompt), answer(decoder, cached, prompt, kept), "seed " + SEED);

            int[] cut = Arrays.copyOf(prompt, prompt.length / 2);
            kept = cached.begin(cut, 1);
            assertEquals(cut.length - 1, kept);
            assertArrayEquals(fresh(cut), answer(decoder, cached, cut, kept), "seed " + SEED);
        }
    }

    @Test
    void withoutACacheEachTurnTakesInItsWholePrompt() {
        run(script, History.SCRIPTED, CacheScope.SESSION, CacheStrategy.NONE)
                .forEach(turn -> assertEquals(turn.promptTokens(), prefilled(turn)));
    }

    @ParameterizedTest
    @EnumSource
    void inTheScopeOfATurnEachTakesInItsWholePromptAndRewindsNothing(History history) {
        run(script, history, CacheScope.TURN, CacheStrategy.DYNAMIC)
                .forEach(
                        turn -> {
                            assertEquals(turn.promptTokens(), prefilled(turn));
                            assertEquals(0, cache(turn).rewoundTokens());
                        });
    }

    @ParameterizedTest
    @EnumSource
    void oneCacheIsMadeForTheLongestSequenceAndClosedAfterTheLastTurn(History history) {
        var made = new ArrayList<KvCache>();
        var slots = new ArrayList<Integer>();
        Conversation conversation = conversation(script, history, CacheScope.SESSION);
        List<Turn> turns =
                conversation.run(
                        engine.decoder(CacheStrategy.STATIC),
                        capacity -> {
                            slots.add(capacity);
                            made.add(engine.cache(CacheStrategy.STATIC, capacity));
                            return made.getLast();
                        });

        assertEquals(List.of((int) conversation.longestSequence()), slots);
        assertEquals(turns.getLast().promptTokens() + BUDGET, slots.getFirst());
        turns.forEach(
                turn ->
                        assertEquals(
                                (long) slots.getFirst() * BYTES_PER_TOKEN,
                                cache(turn).heldBytes()));
        assertEquals(0, made.getFirst().heldBytes());
    }

    @Test
    void makingTheCacheCountsToTheFirstToken() {
        List<Turn> turns =
                conversation(script, History.SCRIPTED, CacheScope.SESSION)
                        .run(
                                engine.decoder(CacheStrategy.STATIC),
                                capacity -> {
                                    long begin = System.nanoTime();
                                    while (System.nanoTime() - begin < PAUSE_NANOS) {
                                        Thread.onSpinWait();
                                    }
                                    return engine.cache(CacheStrategy.STATIC, capacity);
                                });
        assertTrue(turns.getFirst().generation().orElseThrow().timeToFirstToken() >= PAUSE_NANOS);
    }

    @Test
    void aDynamicCacheTellsWhatRewindingCopiesAndItsPeakSoFar() {
        List<Turn> turns = run(script, History.SCRIPTED, CacheScope.SESSION, CacheStrategy.DYNAMIC);
        long peak = 0;
        for (int turn = 0; turn < TURNS; turn++) {
            int prompt = turns.get(turn).promptTokens();
            int kept = prompt - prefilled(turns.get(turn));
            // Rewinding copies what stays, the pass the same again, and each step its past.
            long copied = turn == 0 ? 0 : 2L * kept;
            copied += IntStream.range(prompt, prompt + BUDGET - 1).asLongStream().sum();
            long held = prompt + BUDGET - 1;
            peak = Math.max(peak, 2 * held - 1);
            assertEquals(
                    new CacheUse(
                            held * BYTES_PER_TOKEN,
                            peak * BYTES_PER_TOKEN,
                            copied * BYTES_PER_TOKEN,
                            cache(turns.get(turn)).rewoundTokens()),
                    cache(turns.get(turn)));
            assertTrue(turn == 0 || cache(turns.get(turn)).rewoundTokens() > 0, "turn " + turn);
        }
    }

    @Test
    void theMeterIsAskedInEachTurnAboutTheCacheThatIsKept() {
        var asked = new ArrayList<String>();
        var meter =
                new TurnMeter() {
                    @Override
                    public void begin() {
                        asked.add("begin");
                    }

                    @Override
                    public Ledger end(Turn turn, KvCache cache) {
                        asked.add("end %d, %d cached".formatted(turn.number(), cache.length()));
                        return Ledger.unknown("of turn " + turn.number());
                    }
                };
        List<Turn> turns =
                conversation(script, History.GENERATED, CacheScope.SESSION)
                        .run(
                                engine.decoder(CacheStrategy.STATIC),
                                capacity -> engine.cache(CacheStrategy.STATIC, capacity),
                                meter);
        var expected = new ArrayList<String>();
        for (Turn turn : turns) {
            expected.add("begin");
            expected.add(
                    "end %d, %d cached".formatted(turn.number(), turn.promptTokens() + BUDGET - 1));
            assertEquals(Optional.of(Ledger.unknown("of turn " + turn.number())), turn.ledger());
        }
        assertEquals(expected, asked);
    }

    @ParameterizedTest
    @EnumSource
    void afterATurnThatFailedTheNextBeginsAnewAndTheRestGoOnFromThere(History history) {
        var made = new ArrayList<KvCache>();
        // The first cache has room for the first turn, and not for the answer to the second.
        IntFunction<KvCache> caches =
                capacity -> {
                    made.forEach(earlier -> assertEquals(0, earlier.heldBytes()));
                    made.add(
                            engine.cache(
                                    CacheStrategy.STATIC,
                                    made.isEmpty() ? lengthOfSecondPrompt(history) + 2 : capacity));
                    return made.getLast();
                };
        List<Turn> turns =
                conversation(script, history, CacheScope.SESSION)
                        .run(engine.decoder(CacheStrategy.STATIC), caches);

        assertEquals(2, made.size());
        int prompt = lengthOfSecondPrompt(history);
        assertEquals(
                Turn.failed(
                        2,
                        prompt,
                        script.words(1),
                        new IllegalStateException(
                                "the cache is full: %d tokens and 1 new ones do not fit into a capacity of %1$d. Give it a capacity of at least %d, or a shorter prompt or token budget."
                                        .formatted(prompt + 2, prompt + 3))),
                turns.get(1));
        assertEquals(turns.get(2).promptTokens(), prefilled(turns.get(2)));
        assertEquals(0, cache(turns.get(2)).rewoundTokens());
        assertTrue(prefilled(turns.get(3)) < turns.get(3).promptTokens());
        assertEquals(
                (turns.getLast().promptTokens() + BUDGET) * (long) BYTES_PER_TOKEN,
                cache(turns.getLast()).heldBytes());
        if (history == History.SCRIPTED) {
            List<Turn> whole = run(script, history, CacheScope.TURN, CacheStrategy.STATIC);
            for (int turn : new int[] {0, 2, 3, 4, 5}) {
                assertArrayEquals(tokens(whole.get(turn)), tokens(turns.get(turn)), "turn " + turn);
            }
        }
    }

    @Test
    void whereNoCacheCanBeMadeEachTurnTriesAnew() {
        var asked = new ArrayList<Integer>();
        List<Turn> turns =
                conversation(script, History.SCRIPTED, CacheScope.SESSION)
                        .run(
                                engine.decoder(CacheStrategy.STATIC),
                                capacity -> {
                                    asked.add(capacity);
                                    throw new IllegalStateException("no memory today");
                                });
        assertEquals(TURNS, asked.size());
        turns.forEach(turn -> assertEquals(Optional.of("no memory today"), turn.error()));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsForecastToBeKeptIsTheLeastThatIs(History history) {
        Conversation conversation = conversation(script, history, CacheScope.SESSION);
        List<Turn> turns = run(script, history, CacheScope.SESSION, CacheStrategy.STATIC);
        for (int turn = 0; turn < TURNS; turn++) {
            long kept = turns.get(turn).promptTokens() - prefilled(turns.get(turn));
            long forecast = conversation.keptLengths().get(turn);
            assertTrue(forecast <= kept, "%d of %d".formatted(forecast, kept));
            assertTrue(history == History.SCRIPTED || forecast == kept);
        }
        assertEquals(
                IntStream.range(0, TURNS).mapToObj(turn -> 0L).toList(),
                conversation(script, history, CacheScope.TURN).keptLengths());
    }

    private static int lengthOfSecondPrompt(History history) {
        return switch (history) {
            case SCRIPTED -> script.scriptedPrompt(1).length;
            case GENERATED -> script.opening().length + BUDGET + script.user(1).length;
        };
    }

    private static Conversation conversation(
            ConversationScript script, History history, CacheScope scope) {
        return new Conversation(script, history, BUDGET, scope);
    }

    private static List<Turn> run(
            ConversationScript script, History history, CacheScope scope, CacheStrategy strategy) {
        return conversation(script, history, scope)
                .run(engine.decoder(strategy), capacity -> engine.cache(strategy, capacity));
    }

    /** With room for any of the prompts here. */
    private static CachedText cachedText(CacheStrategy strategy) {
        return new CachedText(
                engine.decoder(strategy),
                slots -> engine.cache(strategy, 2 * script.opening().length + 2 * BUDGET));
    }

    private static int[] answer(Decoder decoder, CachedText cached, int[] prompt, int kept) {
        int[] answer =
                Generator.ofFixedLength(decoder, BUDGET)
                        .generate(prompt, kept, System.nanoTime())
                        .tokens();
        cached.end(prompt, answer);
        return answer;
    }

    /** What the model says to a prompt alone. */
    private static int[] fresh(int[] prompt) {
        Decoder decoder = engine.decoder(CacheStrategy.NONE);
        try (KvCache cache = engine.cache(CacheStrategy.NONE, prompt.length + BUDGET)) {
            decoder.begin(cache);
            return Generator.ofFixedLength(decoder, BUDGET).generate(prompt).tokens();
        }
    }

    private static int prefilled(Turn turn) {
        return turn.generation().orElseThrow().prefilledTokens();
    }

    private static CacheUse cache(Turn turn) {
        return turn.cache().orElseThrow();
    }

    private static int[] tokens(Turn turn) {
        return turn.generation().orElseThrow().tokens();
    }

    /** The part of an answer that the cache holds. */
    private static int[] cached(Turn turn) {
        return Arrays.copyOf(tokens(turn), BUDGET - 1);
    }

    private static int[] joined(int[]... pieces) {
        return IntStream.range(0, pieces.length).flatMap(i -> IntStream.of(pieces[i])).toArray();
    }
}
