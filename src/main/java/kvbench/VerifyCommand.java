package kvbench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import kvbench.cache.CacheStrategy;
import kvbench.checkpoint.ModelFolder;
import kvbench.engine.Computing;
import kvbench.engine.Engine;
import kvbench.model.InputException;
import kvbench.text.Tokenizer;
import kvbench.verify.Agreement;
import kvbench.verify.Script;
import kvbench.verify.Verification;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code verify}: holds every strategy against no cache at all. */
@Command(
        name = "verify",
        header = "Compares the strategies' tokens and logits with those of no cache.",
        description = {
            "Each strategy answers a prompt, then a second one on top of that, then, rewound, the"
                    + " second one again.",
            "Exit code 1 where a strategy that claims to be exact gives another token.",
            ""
        })
final class VerifyCommand implements Callable<Integer> {
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
        ModelFolder folder = model.folder();
        try (Tokenizer tokenizer = Tokenizer.open(folder.tokenizer())) {
            tokenizer.requireFits(folder.config(), folder.name());
            Script script = Script.of(tokenizer, PROMPT_TOKENS, maxNewTokens);
            try (Engine engine = model.open(folder)) {
                List<Agreement> rows = new Verification(engine, script).run(strategies);
                print(folder, rows);
                return rows.stream().allMatch(row -> row.agrees() || !row.strategy().exact())
                        ? ExitCode.FINE
                        : ExitCode.ANSWER_IS_NO;
            }
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

    private void print(ModelFolder folder, List<Agreement> rows) throws JsonProcessingException {
        if (json) {
            System.out.println(new ObjectMapper().writeValueAsString(toJson(folder, rows)));
            return;
        }
        System.out.printf("%s against none, greedy:%n", folder.name());
        System.out.printf(
                "%-12s %-6s %12s %18s %22s %22s  %s%n",
                "strategy",
                "claim",
                "tokens equal",
                "first difference",
                "largest |logit diff|",
                "gap of two best",
                "verdict");
        for (Agreement row : rows) {
            System.out.printf(
                    Locale.ROOT,
                    "%-12s %-6s %12s %18s %22.3g %22.3g  %s%n",
                    row.strategy(),
                    row.strategy().exact() ? "exact" : "lossy",
                    row.agreeing() + " of " + row.tokens(),
                    row.firstDifference().isEmpty()
                            ? "none"
                            : "token " + (row.firstDifference().getAsInt() + 1),
                    row.largestLogitDifference(),
                    row.gap(),
                    verdict(row));
        }
    }

    private ObjectNode toJson(ModelFolder folder, List<Agreement> rows) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("model", folder.name());
        var array = root.putArray("strategies");
        for (Agreement row : rows) {
            ObjectNode node = array.addObject();
            node.put("strategy", row.strategy().toString());
            node.put("exact", row.strategy().exact());
            node.put("tokens", row.tokens());
            node.put("tokens_equal", row.agreeing());
            row.firstDifference().ifPresent(index -> node.put("first_difference", index));
            node.put("largest_logit_difference", row.largestLogitDifference());
            node.put("gap", row.gap());
            node.put("verdict", verdict(row));
        }
        return root;
    }

    private static String verdict(Agreement row) {
        if (row.agrees()) {
            return "AGREES";
        }
        return row.strategy().exact() ? "DIFFERS" : "LOSSY";
    }
}
