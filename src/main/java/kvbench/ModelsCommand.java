package kvbench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import kvbench.checkpoint.Checkpoint;
import kvbench.checkpoint.KnownModel;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.ModelLibrary;
import kvbench.checkpoint.Progress;
import kvbench.checkpoint.SyntheticCheckpoint;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.engine.Threads;
import kvbench.model.ElementType;
import kvbench.model.KvGeometry;
import kvbench.model.LlamaConfig;
import kvbench.onnx.CacheInterface;
import kvbench.onnx.GraphExporter;
import kvbench.ort.OrtLibrary;
import kvbench.ort.TensorInfo;
import kvbench.text.ConversationScript;
import kvbench.text.Scenarios;
import kvbench.text.Tokenizer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code models}: what there is to run, and what it is. */
@Command(name = "models", header = "Lists, makes, exports and inspects models.")
final class ModelsCommand implements Callable<Integer> {
    private static final double MIB = 1 << 20;

    @Option(
            names = "--help",
            usageHelp = true,
            description = "Shows this help.",
            scope = ScopeType.INHERIT)
    private boolean help;

    @Override
    public Integer call() {
        return list();
    }

    @Command(name = "list", header = "Names the models at hand.")
    int list() {
        ModelLibrary library = ModelLibrary.ofUser();
        System.out.printf("%-24s %14s  %-34s %s%n", "model", "parameters", "weights", "where");
        for (KnownModel model : library.known()) {
            System.out.printf(
                    Locale.ROOT,
                    "%-24s %14s  %-34s %s%n",
                    model.name(),
                    model.parameters().isPresent()
                            ? "%,d".formatted(model.parameters().getAsLong())
                            : "NaN",
                    model.problem().orElse(weights(model)),
                    model.path());
        }
        System.out.println(
                "A model's folder (config.json, tokenizer.json, *.safetensors) can be named by its"
                        + " path too.");
        return ExitCode.FINE;
    }

    private static String weights(KnownModel model) {
        String size =
                model.weightBytes().isPresent()
                        ? "%,.0f MiB".formatted(model.weightBytes().getAsLong() / MIB)
                        : "size unknown";
        String origin =
                model.seed().isPresent() ? "random, seed " + model.seed().getAsLong() : "as found";
        return switch (model.weights()) {
            case ON_DISK -> size + ", " + origin;
            case MADE_ON_FIRST_USE -> size + ", " + origin + ", on first use";
            case MADE_ON_DEMAND -> size + ", " + origin + ", by `models make`";
            case ABSENT -> "none";
        };
    }

    @Command(
            name = "make",
            header = "Writes the seeded weights of a model that has a seed and no weights.")
    int make(
            @Parameters(paramLabel = "NAME", description = "One of `models list`, or a folder.")
                    String name) {
        ModelFolder model = ModelFolder.find(name);
        long start = System.nanoTime();
        try (var progress =
                new ByteProgress("writing " + model.path().resolve(Checkpoint.FILE), System.err)) {
            model.make(progress);
        }
        System.out.printf(
                Locale.ROOT,
                "%s: %,.0f MiB of random weights in %.1f s%n",
                model.name(),
                SyntheticCheckpoint.bytes(model.config()) / MIB,
                (System.nanoTime() - start) / 1e9);
        return ExitCode.FINE;
    }

    @Command(
            name = "export",
            header = "Writes the ONNX graphs beside the weights that they point into.")
    int export(
            @Parameters(paramLabel = "NAME", description = "One of `models list`, or a folder.")
                    String name) {
        ModelFolder model = ModelFolder.find(name);
        Checkpoint checkpoint = model.checkpoint(Progress.SILENT);
        for (CacheInterface graph : CacheInterface.exported()) {
            long start = System.nanoTime();
            Path file = GraphExporter.write(model.config(), checkpoint, graph);
            System.out.printf(
                    Locale.ROOT, "%s in %.0f ms%n", file, (System.nanoTime() - start) / 1e6);
        }
        return ExitCode.FINE;
    }

    @Command(
            name = "inspect",
            header = "Tells a model's shape, its cache's size, and its graphs' inputs and outputs.")
    int inspect(
            @Parameters(paramLabel = "NAME", description = "One of `models list`, or a folder.")
                    String name) {
        ModelFolder model = ModelFolder.find(name);
        LlamaConfig config = model.config();
        System.out.printf("%s (%s)%n", model.name(), model.path());
        System.out.printf(
                "  %d layers, hidden %d, %d heads over %d KV heads of %d, MLP %d, vocabulary %d,"
                        + " context %d, %s head%n",
                config.layers(),
                config.hiddenSize(),
                config.heads(),
                config.kvHeads(),
                config.headDim(),
                config.intermediateSize(),
                config.vocabSize(),
                config.contextLength(),
                config.tiedEmbeddings() ? "tied" : "separate");
        System.out.printf(
                "  rope theta %s%s%n",
                config.rope().theta(),
                config.rope().scaling().map(scaling -> ", " + scaling).orElse(""));
        KvGeometry geometry = config.kvGeometry(ElementType.FLOAT32);
        System.out.printf(
                "  KV cache in float32: %,d bytes per token, %,.1f MiB for the whole context%n",
                geometry.bytesPerToken(), geometry.bytes(config.contextLength()) / MIB);
        OrtLibrary library = OrtLibrary.get();
        System.out.printf(
                "  ONNX Runtime %s, built for %s (%s)%n",
                library.version(), library.builtFor(), library.path());
        if (!model.hasWeights()) {
            System.out.printf("  no weights yet: `models make %s` writes them%n", model.name());
            return ExitCode.FINE;
        }
        try (Engine engine =
                new Engine(model, Provider.CPU, Threads.parse(Threads.AUTO), Progress.SILENT)) {
            Checkpoint checkpoint = engine.checkpoint();
            System.out.printf(
                    "  weights: %,d parameters, %s, %,.0f MiB, %s%n",
                    config.parameters(),
                    checkpoint.type(),
                    checkpoint.bytes() / MIB,
                    checkpoint.seed().isPresent()
                            ? "random, seed "
                                    + checkpoint.seed().getAsLong()
                                    + ": not a trained model"
                            : "as found");
            for (CacheInterface graph : CacheInterface.exported()) {
                System.out.printf("  graph %s%n", graph);
                engine.inputs(graph).forEach(tensor -> print("in ", tensor));
                engine.outputs(graph).forEach(tensor -> print("out", tensor));
            }
        }
        return ExitCode.FINE;
    }

    @Command(
            name = "prompts",
            header = "Prints a conversation's prompts as a model's token ids, in one JSON object.",
            description = {
                "They are those of ConversationBenchmark with history=scripted, for whoever runs"
                        + " the same tokens elsewhere.",
                ""
            })
    int prompts(
            @Parameters(paramLabel = "NAME", description = "One of `models list`, or a folder.")
                    String name,
            @Option(
                            names = "--scenario",
                            paramLabel = "NAME",
                            defaultValue = "insurance_claim_auto",
                            description =
                                    "A bundled scenario or a file. Default: ${DEFAULT-VALUE}.")
                    String scenario,
            @Option(
                            names = "--turns",
                            paramLabel = "N",
                            defaultValue = "" + Scenarios.BUNDLED_TURNS,
                            description = "Turns of it. Default: ${DEFAULT-VALUE}.")
                    int turns)
            throws JsonProcessingException {
        ModelFolder model = ModelFolder.find(name);
        try (Tokenizer tokenizer = Tokenizer.open(model.tokenizer())) {
            tokenizer.requireFits(model.config(), model.name());
            ConversationScript script =
                    ConversationScript.of(Scenarios.load(scenario), tokenizer, turns);
            var json = new ObjectMapper();
            ObjectNode root = json.createObjectNode();
            root.put("model", model.name());
            root.put("scenario", scenario);
            ArrayNode prompts = root.putArray("prompts");
            for (int turn = 0; turn < script.turns(); turn++) {
                ArrayNode prompt = prompts.addArray();
                for (int token : script.scriptedPrompt(turn)) {
                    prompt.add(token);
                }
            }
            System.out.println(json.writeValueAsString(root));
        }
        return ExitCode.FINE;
    }

    private static void print(String side, TensorInfo tensor) {
        System.out.printf(
                "    %s %-28s %-8s %s%n",
                side,
                tensor.name(),
                ElementType.ofOnnx(tensor.elementNumber())
                        .map(ElementType::safetensorsName)
                        .orElse("other"),
                Arrays.toString(tensor.dimensions().toArray()).replace("-1", "*"));
    }
}
