package kvbench;

import com.fasterxml.jackson.core.JsonProcessingException;

import kvbench.cache.CacheStrategy;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.engine.Computing;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.text.Tokenizer;
import kvbench.verify.Agreement;
import kvbench.verify.Script;
import kvbench.verify.Tolerance;
import kvbench.verify.Verification;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code verify}: holds every strategy against no cache at all. */
@Command(
        name = "verify",
        header = "Compares the strategies' tokens and logits with those of no cache.",
        description = {
            "Each strategy answers a prompt, then a second one on top of that, then, rewound, the"
                    + " second one again.",
            "With --reference cpu its scores are held besides against those of no cache on the CPU"
                    + " in float32, up to the first token that differs there: at a near tie another"
                    + " way of computing may choose another.",
            "Exit code 1 where a strategy that claims to be exact gives another token (of 16-bit"
                    + " numbers, but for a near tie), or scores beyond the tolerance.",
            ""
        })
final class VerifyCommand implements Callable<Integer> {
    private static final String NO_REFERENCE = "none";
    private static final String CPU = "cpu";

    /**
     * The first prompt: short enough for two of them and three answers in a context of 512 tokens.
     */
    private static final int PROMPT_TOKENS = 96;

    @Mixin private ModelOptions model = new ModelOptions();

    @Option(
            names = "--strategies",
            paramLabel = "A,B",
            split = ",",
            description = "The strategies to compare. Default: all that this machine can run.")
    private List<String> names;

    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            defaultValue = "32",
            description = "Tokens of each of the three answers. Default: ${DEFAULT-VALUE}.")
    private int maxNewTokens;

    @Option(
            names = "--reference",
            paramLabel = "NAME",
            defaultValue = NO_REFERENCE,
            description =
                    "What scores are held against besides: none, or cpu, which computes in float32."
                            + " Default: ${DEFAULT-VALUE}.")
    private String reference;

    @Option(
            names = "--tolerance",
            paramLabel = "PART",
            description =
                    "How far scores may be from those of the reference, as a part of its largest."
                            + " Default: "
                            + Tolerance.DEFAULT
                            + ", which float16 and bfloat16 need.")
    private Double tolerance;

    @Option(names = "--json", description = "Prints JSON instead of a table.")
    private boolean json;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    @Override
    public Integer call() throws JsonProcessingException {
        List<CacheStrategy> strategies = strategies(model.computing());
        if (maxNewTokens < 1) {
            throw InputException.wrongUse(
                    "--max-new-tokens: expected at least 1, found %d.".formatted(maxNewTokens));
        }
        Optional<Tolerance> toReference = toReference();
        ModelFolder folder = model.folder();
        try (Tokenizer tokenizer = Tokenizer.open(folder.tokenizer())) {
            tokenizer.requireFits(folder.config(), folder.name());
            Script script = Script.of(tokenizer, PROMPT_TOKENS, maxNewTokens);
            try (Engine engine = model.open(folder)) {
                var verification = new Verification(engine, script);
                var findings =
                        new Findings(
                                folder.name(),
                                ties(),
                                verification.run(strategies),
                                toReference.map(
                                        tolerance ->
                                                new Findings.Scores(
                                                        tolerance,
                                                        againstCpu(
                                                                folder,
                                                                script,
                                                                verification,
                                                                strategies))));
                System.out.print(json ? findings.toJson() : findings.toText());
                return findings.areFine() ? ExitCode.FINE : ExitCode.ANSWER_IS_NO;
            }
        }
    }

    /** How far scores may be from those of the reference, where one is asked for. */
    private Optional<Tolerance> toReference() {
        if (!reference.equals(CPU) && !reference.equals(NO_REFERENCE)) {
            throw InputException.wrongUse(
                    "unknown reference \"%s\": expected one of %s, %s."
                            .formatted(reference, NO_REFERENCE, CPU));
        }
        if (reference.equals(CPU)) {
            return Optional.of(Tolerance.of(tolerance == null ? Tolerance.DEFAULT : tolerance));
        }
        if (tolerance != null) {
            throw InputException.wrongUse(
                    "--tolerance: expected --reference cpu with it, found that scores are held"
                            + " against no reference. Add that, or leave it out.");
        }
        return Optional.empty();
    }

    /**
     * Kernels of 16-bit numbers add up in different orders for a prompt and for a step, so that
     * their scores differ by more than a near tie of two tokens.
     */
    private Optional<Tolerance> ties() {
        return model.computing().type() == ElementType.FLOAT32
                ? Optional.empty()
                : Optional.of(new Tolerance(Tolerance.DEFAULT));
    }

    /** The strategies' scores against those of no cache on the CPU, in float32. */
    private List<Agreement> againstCpu(
            ModelFolder folder,
            Script script,
            Verification verification,
            List<CacheStrategy> strategies) {
        Computing cpu = Computing.on(Provider.CPU, model.computing().threads());
        try (var engine = new Engine(folder, cpu, Progress.SILENT)) {
            return verification.run(strategies, new Verification(engine, script));
        }
    }

    private List<CacheStrategy> strategies(Computing computing) {
        if (names == null) {
            return CacheStrategy.values().stream()
                    .filter(strategy -> computing.obstacle(strategy).isEmpty())
                    .toList();
        }
        List<CacheStrategy> named = names.stream().map(CacheStrategy::parse).toList();
        named.forEach(computing::require);
        return named;
    }
}
