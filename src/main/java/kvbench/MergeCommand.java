package kvbench;

import kvbench.report.ReportFiles;
import kvbench.store.RunFolder;
import kvbench.store.RunMerger;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code merge}: joins runs that were measured alike. */
@Command(
        name = "merge",
        header = "Joins runs that were measured alike: shards, or more forks of the same cells.",
        description = {
            "Leaves the runs as they are and makes a new one of all their forks. Runs of different"
                    + " machines, suites, runtimes, models or schedules are refused, with what"
                    + " differs.",
            ""
        })
final class MergeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", arity = "1..*", description = "Folders of runs.")
    private List<Path> runs;

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
            defaultValue = "merged",
            description = "Ends the name of the run's folder. Default: ${DEFAULT-VALUE}.")
    private String label;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    @Override
    public Integer call() {
        RunFolder.requirePlace(out, label);
        RunFolder merged = RunMerger.merge(runs, out, label, System.out);
        ReportFiles.conclude(merged.path(), System.out);
        return merged.failures().isEmpty() && merged.missing().isEmpty()
                ? ExitCode.FINE
                : ExitCode.ANSWER_IS_NO;
    }
}
