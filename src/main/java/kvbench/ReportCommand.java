package kvbench;

import kvbench.compare.Axis;
import kvbench.compare.Side;
import kvbench.document.Document;
import kvbench.document.TextPage;
import kvbench.model.InputException;
import kvbench.report.Report;
import kvbench.report.ReportFiles;
import kvbench.results.Run;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code report}: what a run that is over found. */
@Command(
        name = "report",
        header = "Writes report.html and report.md of each run and prints a short form.",
        description = {
            "The files go into the run's folder, with the charts as SVG and PNG files in"
                    + " report-charts. With --format nothing is written: the whole report is"
                    + " printed."
        })
final class ReportCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "RUN",
            arity = "1..*",
            description = "A run's folder, or a JSON file that JMH wrote.")
    private List<Path> runs;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "Print the whole report as one of ${COMPLETION-CANDIDATES}.")
    private PageFormat format;

    @Option(
            names = "--baseline",
            paramLabel = "STRATEGY",
            description = "What the others are held against; dynamic where it was measured.")
    private String baseline;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write there instead of into the run's folder.")
    private Path out;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    private final Set<String> written = new HashSet<>();

    @Override
    public Integer call() {
        boolean hasResults = true;
        for (Path path : runs) {
            Run run = Run.read(path);
            hasResults &= !run.results().isEmpty() || !run.outcomes().failed().isEmpty();
            requireBaseline(run);
            requireNameOfItsOwn(run);
            Document document = Report.of(run, Optional.ofNullable(baseline));
            if (format != null) {
                System.out.print(format.render(document));
            } else {
                System.out.print(TextPage.brief(document));
                System.out.println();
                ReportFiles.of(run, document, Optional.ofNullable(out))
                        .lines()
                        .forEach(System.out::println);
            }
        }
        return hasResults ? ExitCode.FINE : ExitCode.COULD_NOT_RUN;
    }

    private void requireBaseline(Run run) {
        List<String> strategies = Axis.STRATEGY.columns(List.of(new Side(run.name(), run)));
        if (baseline != null && !strategies.contains(baseline)) {
            throw InputException.wrongUse(
                    "--baseline: expected one of the strategies %s of %s, found %s."
                            .formatted(strategies, run.name(), InputException.quote(baseline)));
        }
    }

    /** Reports that are written into one folder are called as their runs. */
    private void requireNameOfItsOwn(Run run) {
        if (out != null && format == null && !written.add(run.name())) {
            throw InputException.wrongUse(
                    "--out: expected runs of different names, whose reports do not replace each other, found %s twice. Write them into different folders."
                            .formatted(InputException.quote(run.name())));
        }
    }
}
