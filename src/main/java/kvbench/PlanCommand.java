package kvbench;

import kvbench.matrix.RunRequest;
import kvbench.matrix.Shard;
import kvbench.plan.Plan;
import kvbench.plan.PlanText;
import kvbench.plan.Planner;
import kvbench.plan.Planner.Probing;
import kvbench.suite.Suite;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;

/** {@code plan}: what a run would need in bytes and minutes, and what it would leave out. */
@Command(
        name = "plan",
        header = "Tells what bench would need in bytes and minutes, and what it would leave out.",
        description = {
            "Takes the options and patterns that bench takes, JMH's own among them. Runs each model"
                    + " for a few seconds to tell the time; measures and writes nothing else, and"
                    + " makes no weights.",
            "Exit code 1 where nothing can be run.",
            ""
        })
final class PlanCommand implements Callable<Integer> {
    @Mixin private SuiteOption suite = new SuiteOption();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "jmh-results",
            description =
                    "Folder in which the run would get a folder of its own. Default:"
                            + " ${DEFAULT-VALUE}.")
    private Path out;

    @Option(
            names = "--shard",
            paramLabel = "K/N",
            defaultValue = "1/1",
            description =
                    "The part of the matrix that bench would take. Default: ${DEFAULT-VALUE}.")
    private String shard;

    @Option(
            names = "--repeat-arm",
            paramLabel = "STRATEGY",
            description = "Counts a strategy once more, as bench would.")
    private List<String> repeatArms = new ArrayList<>();

    @Option(
            names = "--no-probe",
            description = "Runs no model: the times are those of a small machine.")
    private boolean noProbe;

    @Option(names = "--json", description = "Prints JSON instead of tables.")
    private boolean json;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    @Unmatched private List<String> words = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        List<String> asked = suite.with(words);
        if (Suite.asksJmh(asked)) {
            Jmh.run(words);
            return ExitCode.FINE;
        }
        var request =
                new RunRequest(
                        asked, out, "plan", Shard.parse(shard), repeatArms, OptionalLong.empty());
        Plan plan = Planner.plan(request, noProbe ? Probing.ASSUME : Probing.PROBE);
        System.out.print(json ? PlanJson.of(plan) : PlanText.of(plan));
        return plan.arms().isEmpty() ? ExitCode.ANSWER_IS_NO : ExitCode.FINE;
    }
}
