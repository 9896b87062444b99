package kvbench;

import kvbench.report.Report;
import kvbench.results.Run;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code report}: the tables of a run that is over. */
@Command(name = "report", header = "Prints the tables of a run.")
final class ReportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = "A run's folder, or a JSON file that JMH wrote.")
    private Path run;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    @Override
    public Integer call() {
        System.out.print(Report.of(Run.read(run)).text());
        return ExitCode.FINE;
    }
}
