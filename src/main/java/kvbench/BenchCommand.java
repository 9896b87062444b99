package kvbench;

import kvbench.matrix.RunRequest;
import kvbench.matrix.Shard;
import kvbench.model.InputException;
import kvbench.suite.Suite;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code bench}: measures a matrix and leaves a run's folder. */
@Command(
        name = "bench",
        header = "Measures the default matrix, a named suite, or what the options say.",
        description = {
            "All options but those below, and all patterns for benchmarks, are JMH's own: -p"
                    + " strategy=static -p turns=5 -prof gc -f 2 ... (`-h` as the first word lists"
                    + " them).",
            ""
        })
final class BenchCommand implements Callable<Integer> {
    private static final String DEFAULT_LABEL = "run";

    @Mixin private SuiteOption suite = new SuiteOption();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "jmh-results",
            description =
                    "Folder in which the run gets a folder of its own. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(
            names = "--label",
            paramLabel = "NAME",
            description =
                    "Ends the name of the run's folder. Default: the suite's name, or "
                            + DEFAULT_LABEL
                            + ".")
    private String label;

    @Option(
            names = "--shard",
            paramLabel = "K/N",
            defaultValue = "1/1",
            description = {
                "Measures every N-th comparison of the matrix, from the K-th on, for spreading it"
                        + " over machines of one kind; the arms of a comparison stay together.",
                "`merge` joins the runs. Default: ${DEFAULT-VALUE}."
            })
    private String shard;

    @Option(
            names = "--repeat-arm",
            paramLabel = "STRATEGY",
            description =
                    "Measures a strategy once more, as an arm of its own (STRATEGY@2): two arms"
                            + " that are the same show how far noise alone can part them.")
    private List<String> repeatArms = new ArrayList<>();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Draws the order of the forks from this number. Default: another each time,"
                            + " which schedule.json tells.")
    private Long seed;

    @Option(
            names = "--resume",
            paramLabel = "RUN",
            description =
                    "Goes on with a run that was stopped: measures the forks that are missing or"
                            + " failed. The run's own options hold; takes no others.")
    private Path resume;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    @Unmatched private List<String> words = new ArrayList<>();

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (resume != null) {
            requireNothingElse();
            return exitCode(Suite.resume(resume, System.out, Terminal.isLive()));
        }
        List<String> asked = suite.with(words);
        if (Suite.asksJmh(asked)) {
            Jmh.run(words);
            return ExitCode.FINE;
        }
        var request =
                new RunRequest(
                        asked,
                        out,
                        label == null ? suite.name().orElse(DEFAULT_LABEL) : label,
                        Shard.parse(shard),
                        repeatArms,
                        seed == null ? OptionalLong.empty() : OptionalLong.of(seed));
        return exitCode(Suite.run(request, System.out, Terminal.isLive()));
    }

    private void requireNothingElse() {
        String given =
                Stream.concat(
                                spec.commandLine().getParseResult().matchedOptions().stream()
                                        .map(OptionSpec::longestName)
                                        .filter(name -> !name.equals("--resume")),
                                words.stream())
                        .collect(Collectors.joining(" "));
        if (!given.isEmpty()) {
            throw InputException.wrongUse(
                    "--resume %s: expected no other option, since the run's own hold, found %s. Leave them out, or begin a new run."
                            .formatted(resume, InputException.quote(given)));
        }
    }

    private static int exitCode(boolean allGood) {
        return allGood ? ExitCode.FINE : ExitCode.ANSWER_IS_NO;
    }
}
