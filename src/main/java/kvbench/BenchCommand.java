package kvbench;

import kvbench.suite.Suite;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code bench}: measures a matrix and leaves a run's folder. */
@Command(
        name = "bench",
        header = "Measures the default matrix, or what the options say.",
        description = {
            "All options but those below, and all patterns for benchmarks, are JMH's own: -p"
                    + " strategy=static -p turns=5 -prof gc -f 2 ... (`-h` as the first word lists"
                    + " them).",
            ""
        })
final class BenchCommand implements Callable<Integer> {
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
            defaultValue = "run",
            description = "Ends the name of the run's folder. Default: ${DEFAULT-VALUE}.")
    private String label;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    @Unmatched private List<String> words = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        var suite = new Suite(words, out, label, System.out, Terminal.isLive());
        if (suite.asksJmh()) {
            Jmh.run(words);
            return ExitCode.FINE;
        }
        return suite.run() ? ExitCode.FINE : ExitCode.ANSWER_IS_NO;
    }
}
