package kvbench.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.generate.CacheScope;
import kvbench.generate.Conversation;
import kvbench.generate.Decoder;
import kvbench.generate.History;
import kvbench.generate.Turn;
import kvbench.generate.TurnMeter;
import kvbench.ort.OrtAllocator;
import kvbench.ort.OtherJvm;
import kvbench.profile.RssProfiler;
import kvbench.reference.TinyFolder;
import kvbench.text.ConversationScript;
import kvbench.text.Scenario;
import kvbench.text.Tokenizer;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.Result;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A leak shows, and without one there is none: conversations in a process of their own. */
class LeakTest {
    private static final long MIB = 1 << 20;
    private static final int TURNS = 2;

    @TempDir private static Path temporary;
    private static Path folder;

    @BeforeAll
    static void makeModel() {
        Assumptions.assumeTrue(
                new FootprintReader(Set.of()).now().resident().known(), ProcessMemory.ONLY_LINUX);
        folder = TinyFolder.write(temporary.resolve("tiny"), 128);
        ModelFolder.find(folder.toString()).checkpoint(Progress.SILENT);
    }

    /** What is read after some of the conversations. */
    private record Reading(
            int conversations, double profiled, double growth, double arenaInUse, double kept) {
        static Reading parse(String line) {
            String[] words = line.split(" ");
            return new Reading(
                    Integer.parseInt(words[0]),
                    Double.parseDouble(words[1]),
                    Double.parseDouble(words[2]),
                    Double.parseDouble(words[3]),
                    Double.parseDouble(words[4]));
        }
    }

    @Test
    void aMebibyteLeakedWithEachTurnShowsInTheLedgerAndInRss()
            throws IOException, InterruptedException {
        List<Reading> readings = readings(60, 20, 1);

        // From the first reading to the last lie 40 conversations of two turns each.
        Reading first = readings.getFirst();
        Reading last = readings.getLast();
        double leaked = 40.0 * TURNS;
        assertEquals(leaked, (last.arenaInUse() - first.arenaInUse()) / MIB, 0.01);
        assertEquals(leaked, (last.kept() - first.kept()) / MIB, 2);
        assertEquals(leaked, (last.growth() - first.growth()) / MIB, 4);
        assertEquals(leaked, (last.profiled() - first.profiled()) / MIB, 4);
    }

    @Test
    void twoThousandConversationsLeaveResidentMemoryFlat()
            throws IOException, InterruptedException {
        List<Reading> readings = readings(2_000, 200, 0);

        Reading first = readings.getFirst();
        Reading last = readings.getLast();
        assertEquals(2_000, last.conversations());
        assertEquals(first.arenaInUse(), last.arenaInUse());
        assertEquals(first.kept(), last.kept());
        // A leak of 4 KiB with each turn would be 14 MiB.
        assertTrue(last.growth() - first.growth() < 6 * MIB, readings.toString());
        assertTrue(last.profiled() - first.profiled() < 6 * MIB, readings.toString());
    }

    private static List<Reading> readings(int conversations, int every, int leakedMib)
            throws IOException, InterruptedException {
        List<Reading> readings =
                OtherJvm.run(
                                Conversations.class,
                                "-XX:+UseSerialGC",
                                "-Xms24m",
                                "-Xmx24m",
                                "-Dfolder=" + folder,
                                "-Dconversations=" + conversations,
                                "-Devery=" + every,
                                "-DleakedMib=" + leakedMib)
                        .stream()
                        .map(Reading::parse)
                        .toList();
        readings.forEach(System.out::println);
        return readings;
    }

    /** Holds conversations, in the process that is measured. */
    public static final class Conversations {
        private static final Scenario SCENARIO =
                new Scenario(
                        "short",
                        "testing",
                        "Two turns",
                        "Be brief.",
                        List.of(
                                new Scenario.Turn("My claim?", "It is paid."),
                                new Scenario.Turn("Thanks", "Bye.")));
        private static final int TOKEN_BUDGET = 3;

        private Conversations() {}

        public static void main(String[] args) {
            ModelFolder model = ModelFolder.find(System.getProperty("folder"));
            CacheStrategy strategy = CacheStrategy.DYNAMIC;
            try (var engine = new Engine(model, Provider.CPU, 1, Progress.SILENT)) {
                MemoryMeter.Loading loading =
                        MemoryMeter.beforeLoading(engine.checkpoint().files());
                Decoder decoder = engine.decoder(strategy);
                var leak = new Leak(engine.allocator(strategy));
                MemoryMeter meter = loading.done(engine.allocator(strategy), engine.geometry());
                meter.takeBaseline();
                Conversation conversation = conversation(model);
                int every = Integer.getInteger("every");
                for (int i = 1; i <= Integer.getInteger("conversations"); i++) {
                    List<Turn> turns =
                            conversation.run(
                                    decoder,
                                    capacity -> {
                                        leak.grow(Integer.getInteger("leakedMib") * MIB);
                                        return engine.cache(strategy, capacity);
                                    },
                                    i % every == 0 ? new Metered(meter) : new Unmetered());
                    if (i % every == 0) {
                        print(i, turns.getLast().ledger().orElseThrow());
                    }
                }
                leak.mend();
            }
        }

        private static Conversation conversation(ModelFolder model) {
            try (Tokenizer tokenizer = Tokenizer.open(model.tokenizer())) {
                return new Conversation(
                        ConversationScript.of(SCENARIO, tokenizer, TURNS),
                        History.SCRIPTED,
                        TOKEN_BUDGET,
                        CacheScope.TURN);
            }
        }

        private static void print(int conversations, Ledger ledger) {
            System.out.println(
                    "%d %.0f %.0f %.0f %.0f"
                            .formatted(
                                    conversations,
                                    profiled(),
                                    ledger.beyondBaseline().value(),
                                    ledger.arenaInUse().value(),
                                    ledger.arenaKept().value()));
        }

        private static double profiled() {
            var profiler = new RssProfiler();
            profiler.beforeIteration(null, null);
            for (Result<?> result : profiler.afterIteration(null, null, null)) {
                if (result.getLabel().equals("rss.resident")) {
                    return result.getScore();
                }
            }
            throw new IllegalStateException("the profiler tells no rss.resident");
        }
    }

    /** The turns' memory, by the meter alone. */
    private record Metered(MemoryMeter meter) implements TurnMeter {
        @Override
        public void begin() {
            meter.begin();
        }

        @Override
        public Ledger end(Turn turn, KvCache cache) {
            int tokens = turn.generation().orElseThrow().tokens().length;
            return meter.end("turn " + turn.number(), cache, tokens);
        }
    }

    private record Unmetered() implements TurnMeter {
        @Override
        public void begin() {
            // Nothing is read.
        }

        @Override
        public Ledger end(Turn turn, KvCache cache) {
            return Ledger.unknown("not read");
        }
    }

    /** Memory of the session's arena that a turn takes and does not give back. */
    private static final class Leak {
        private final OrtAllocator allocator;
        private final List<Long> taken = new ArrayList<>();

        Leak(OrtAllocator allocator) {
            this.allocator = allocator;
        }

        @SuppressWarnings("restricted")
        void grow(long bytes) {
            if (bytes > 0) {
                long address = allocator.allocate(bytes);
                MemorySegment.ofAddress(address).reinterpret(bytes).fill((byte) 1);
                taken.add(address);
            }
        }

        void mend() {
            taken.forEach(allocator::free);
        }
    }
}
