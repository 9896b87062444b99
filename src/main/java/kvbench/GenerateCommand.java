package kvbench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.checkpoint.ModelFolder;
import kvbench.engine.Computing;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.generate.Decoder;
import kvbench.generate.Generation;
import kvbench.generate.Generator;
import kvbench.memory.ProcessMemory;
import kvbench.model.InputException;
import kvbench.model.LlamaConfig;
import kvbench.text.TextStream;
import kvbench.text.Tokenizer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.PrintStream;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * {@code generate}: one prompt, one strategy. Others script against its options and its JSON: they
 * do not change.
 */
@Command(
        name = "generate",
        header = "Answers one prompt with one strategy.",
        description = {
            "Without --json the text streams to standard output as it is made, and timings go to"
                    + " standard error.",
            ""
        })
final class GenerateCommand implements Callable<Integer> {
    /** Prints the same JSON in whatever character set the standard output has. */
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MIB = 1 << 20;

    @Mixin private ModelOptions model = new ModelOptions();

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            defaultValue = "static",
            completionCandidates = StrategyNames.class,
            description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String strategyName;

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            required = true,
            description = "What the model goes on from.")
    private String prompt;

    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            defaultValue = "64",
            description = "Token budget of the answer. Default: ${DEFAULT-VALUE}.")
    private int maxNewTokens;

    @Option(names = "--ignore-eos", description = "Goes on to the token budget, whatever comes.")
    private boolean ignoreEos;

    @Option(
            names = "--capacity",
            paramLabel = "N",
            description = "Slots of a preallocated cache. Default: prompt and token budget.")
    private Integer capacity;

    @Option(names = "--json", description = "Prints one JSON object instead.")
    private boolean json;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    @Override
    public Integer call() throws JsonProcessingException {
        CacheStrategy strategy = CacheStrategy.parse(strategyName);
        Computing computing = model.computing();
        computing.require(strategy);
        requireAtLeastOne("--max-new-tokens", maxNewTokens);
        if (capacity != null) {
            requireAtLeastOne("--capacity", capacity);
        }
        ModelFolder folder = model.folder();
        try (Tokenizer tokenizer = Tokenizer.open(folder.tokenizer())) {
            tokenizer.requireFits(folder.config(), folder.name());
            int[] promptTokens = tokenizer.encode(prompt);
            requireFits(promptTokens, folder, strategy);
            try (Engine engine = model.open(folder)) {
                Answer answer = generate(engine, strategy, tokenizer, promptTokens);
                if (json) {
                    System.out.println(
                            JSON.writeValueAsString(
                                    answer.toJson(model.name(), strategy, computing.provider())));
                } else {
                    answer.printTimings(System.err);
                }
            }
        }
        return ExitCode.FINE;
    }

    private Answer generate(
            Engine engine, CacheStrategy strategy, Tokenizer tokenizer, int[] promptTokens) {
        long loadNanos = engine.loadNanos(strategy);
        ProcessMemory loaded = ProcessMemory.now();
        Decoder decoder = engine.decoder(strategy);
        TextStream text = continuing(tokenizer, promptTokens);
        LlamaConfig config = engine.config();
        Generator generator =
                Generator.untilStop(
                        decoder,
                        maxNewTokens,
                        ignoreEos ? List.of() : config.eosTokenIds(),
                        json ? token -> {} : token -> show(text.next(token)));
        int slots = capacity == null ? promptTokens.length + maxNewTokens : capacity;
        long start = System.nanoTime();
        try (KvCache cache = engine.cache(strategy, slots)) {
            decoder.begin(cache);
            Generation generation = generator.generate(promptTokens, start);
            if (!json) {
                show(text.rest() + System.lineSeparator());
            }
            return new Answer(
                    promptTokens,
                    generation,
                    text(continuing(tokenizer, promptTokens), generation.tokens()),
                    loadNanos,
                    cache.heldBytes(),
                    loaded,
                    ProcessMemory.now());
        }
    }

    /** A stream whose text follows the prompt's, leading space and all. */
    private static TextStream continuing(Tokenizer tokenizer, int[] promptTokens) {
        TextStream text = tokenizer.stream();
        for (int token : promptTokens) {
            text.next(token);
        }
        return text;
    }

    private static String text(TextStream stream, int[] tokens) {
        var text = new StringBuilder();
        for (int token : tokens) {
            text.append(stream.next(token));
        }
        return text.append(stream.rest()).toString();
    }

    private static void show(String text) {
        System.out.print(text);
        System.out.flush();
    }

    private void requireFits(int[] promptTokens, ModelFolder folder, CacheStrategy strategy) {
        if (promptTokens.length == 0) {
            throw InputException.wrongUse(
                    "--prompt: expected a text of at least one token, since this model's tokenizer"
                            + " puts none before it, found an empty one.");
        }
        long needed = (long) promptTokens.length + maxNewTokens;
        int contextLength = folder.config().contextLength();
        if (needed > contextLength) {
            throw InputException.wrongUse(
                    "expected prompt and answer of at most %d tokens, the context length of %s, found %d + %d = %d. Shorten the prompt or lower --max-new-tokens."
                            .formatted(
                                    contextLength,
                                    folder.name(),
                                    promptTokens.length,
                                    maxNewTokens,
                                    needed));
        }
        if (capacity != null && strategy.isPreallocated() && needed > capacity) {
            throw InputException.wrongUse(
                    "expected prompt and answer of at most %d tokens, the --capacity, found %d + %d = %d. Raise --capacity, shorten the prompt or lower --max-new-tokens."
                            .formatted(capacity, promptTokens.length, maxNewTokens, needed));
        }
    }

    private static void requireAtLeastOne(String option, int value) {
        if (value < 1) {
            throw InputException.wrongUse(
                    "%s: expected at least 1, found %d.".formatted(option, value));
        }
    }

    /** For the help. */
    private static final class StrategyNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return CacheStrategy.names().iterator();
        }
    }

    private record Answer(
            int[] promptTokens,
            Generation generation,
            String text,
            long loadNanos,
            long heldBytes,
            ProcessMemory loaded,
            ProcessMemory atEnd) {

        ObjectNode toJson(String model, CacheStrategy strategy, Provider provider) {
            ObjectNode root = JSON.createObjectNode();
            root.put("model", model);
            root.put("strategy", strategy.toString());
            root.put("provider", provider.toString());
            putAll(root.putArray("prompt_tokens"), promptTokens);
            putAll(root.putArray("generated_tokens"), generation.tokens());
            root.put("text", text);
            putNumber(root, "load_ms", loadNanos / NANOS_PER_MILLI);
            putNumber(root, "ttft_ms", generation.timeToFirstToken() / NANOS_PER_MILLI);
            putNumber(root, "tpot_ms", generation.timePerOutputToken() / NANOS_PER_MILLI);
            ArrayNode gaps = root.putArray("itl_ms");
            for (long gap : generation.interTokenLatencies()) {
                gaps.add(gap / NANOS_PER_MILLI);
            }
            putNumber(root, "tokens_per_second", generation.tokensPerSecond());
            root.put("kv_bytes_held", heldBytes);
            if (Double.isNaN(atEnd.peakResidentBytes())) {
                putNumber(root, "peak_rss_bytes", atEnd.peakResidentBytes());
            } else {
                root.put("peak_rss_bytes", (long) atEnd.peakResidentBytes());
            }
            return root;
        }

        void printTimings(PrintStream out) {
            out.printf(
                    Locale.ROOT,
                    "load %.1f ms | TTFT %.2f ms for %d prompt tokens | TPOT %.3f ms | %.1f"
                            + " tokens/s over %d tokens | KV held %,d bytes%n",
                    loadNanos / NANOS_PER_MILLI,
                    generation.timeToFirstToken() / NANOS_PER_MILLI,
                    promptTokens.length,
                    generation.timePerOutputToken() / NANOS_PER_MILLI,
                    generation.tokensPerSecond(),
                    generation.tokens().length,
                    heldBytes);
            out.printf(
                    Locale.ROOT,
                    "after loading: %.1f MiB private, %.1f MiB resident; peak resident %.1f MiB"
                            + " (mapped weights included)%n",
                    loaded.privateBytes() / MIB,
                    loaded.residentBytes() / MIB,
                    atEnd.peakResidentBytes() / MIB);
        }

        private static void putAll(ArrayNode array, int[] values) {
            for (int value : values) {
                array.add(value);
            }
        }

        /** JSON has no NaN: what was not measured is the string. */
        private static void putNumber(ObjectNode root, String name, double value) {
            if (Double.isFinite(value)) {
                root.put(name, value);
            } else {
                root.put(name, "NaN");
            }
        }
    }
}
