package kvbench.report;

import kvbench.chart.ChartRenderer;
import kvbench.document.Block;
import kvbench.document.Document;
import kvbench.document.HtmlPage;
import kvbench.document.MarkdownPage;
import kvbench.document.TextPage;
import kvbench.model.InputException;
import kvbench.results.Run;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A report on disk: {@code NAME.html}, {@code NAME.md}, and the charts as SVG and PNG files for
 * papers in {@code NAME-charts}.
 *
 * @param files those that were written, the page first
 * @param withoutCharts why there are no charts, or empty where there are
 */
public record ReportFiles(List<Path> files, Optional<String> withoutCharts) {
    /** What the files of a run's report are called. */
    public static final String NAME = "report";

    private static final Pattern CHART = Pattern.compile("[a-z][a-z0-9-]*[.](svg|png)");

    /** Pixels of a PNG file for each of the page's. */
    private static final int PNG_SCALE = 2;

    /**
     * Writes a document; files of the same names are replaced, each in one piece.
     *
     * @param folder there already
     * @throws InputException if the folder cannot be written to
     */
    public static ReportFiles write(Document document, Path folder, String name) {
        var charts = new ChartRenderer();
        Optional<String> reason = charts.unavailable();
        Optional<ChartRenderer> renderer =
                reason.isPresent() ? Optional.empty() : Optional.of(charts);
        var files = new ArrayList<Path>();
        try {
            files.add(replace(folder.resolve(name + ".html"), HtmlPage.full(document, renderer)));
            Path pictures = folder.resolve(name + "-charts");
            List<Block.Figure> figures = figures(document);
            boolean hasPictures = renderer.isPresent() && !figures.isEmpty();
            files.add(
                    replace(
                            folder.resolve(name + ".md"),
                            MarkdownPage.full(
                                    document,
                                    hasPictures
                                            ? Optional.of(pictures.getFileName().toString())
                                            : Optional.empty())));
            if (hasPictures) {
                Files.createDirectories(pictures);
                for (Block.Figure figure : figures) {
                    replace(
                            pictures.resolve(figure.slug() + ".svg"),
                            charts.svg(figure.chart(), figure.slug()));
                    replace(
                            pictures.resolve(figure.slug() + ".png"),
                            charts.png(figure.chart(), PNG_SCALE));
                }
                files.add(pictures);
            }
            removeOthers(pictures, hasPictures ? figures : List.of());
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected a folder that a report can be written to, found %s. Name another with --out DIR, or print it with --format."
                            .formatted(folder, e),
                    e);
        }
        return new ReportFiles(List.copyOf(files), reason);
    }

    /**
     * Writes the report of a run: {@code report.html} in its folder, or, of a JSON file that is no
     * run's, {@code FILE-report.html} beside it.
     *
     * @param folder where else to write to
     * @throws InputException if the folder cannot be made or written to
     */
    public static ReportFiles of(Run run, Document document, Optional<Path> folder) {
        boolean isRun = run.json().getFileName().toString().equals(Run.RESULTS_FILE);
        String name =
                isRun && folder.isEmpty()
                        ? NAME
                        : run.name().replaceFirst("\\.json$", "") + "-" + NAME;
        Path parent = folder.orElseGet(run::folder);
        try {
            Files.createDirectories(parent);
        } catch (IOException e) {
            throw InputException.wrongUse(
                    "%s: expected a folder, or a place to make one, found %s."
                            .formatted(parent, e));
        }
        return write(document, parent, name);
    }

    private static List<Block.Figure> figures(Document document) {
        return document.sections().stream()
                .flatMap(section -> section.blocks().stream())
                .filter(Block.Figure.class::isInstance)
                .map(Block.Figure.class::cast)
                .toList();
    }

    /** Charts of an earlier report, which has more of them, would pass for those of this one. */
    private static void removeOthers(Path pictures, List<Block.Figure> figures) throws IOException {
        if (!Files.isDirectory(pictures)) {
            return;
        }
        Set<String> mine = figures.stream().map(Block.Figure::slug).collect(Collectors.toSet());
        List<Path> others;
        try (Stream<Path> files = Files.list(pictures)) {
            others =
                    files.filter(file -> CHART.matcher(file.getFileName().toString()).matches())
                            .filter(
                                    file ->
                                            !mine.contains(
                                                    file.getFileName()
                                                            .toString()
                                                            .replaceFirst("[.][a-z]+$", "")))
                            .toList();
        }
        for (Path other : others) {
            Files.delete(other);
        }
    }

    private static Path replace(Path file, String text) throws IOException {
        return replace(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Path replace(Path file, byte[] bytes) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.write(part, bytes);
            return Files.move(
                    part,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            if (Files.isRegularFile(part)) {
                Files.delete(part);
            }
            throw e;
        }
    }

    /**
     * Writes the report of a run that has just ended and prints its short form. What cannot be
     * written is said and does no harm: {@code report} writes it again at any time.
     */
    public static void conclude(Path runFolder, PrintStream out) {
        Run run = Run.read(runFolder);
        Document document = Report.of(run);
        out.print(TextPage.brief(document));
        out.println();
        out.println("results: " + runFolder);
        try {
            of(run, document, Optional.empty()).lines().forEach(out::println);
        } catch (InputException e) {
            out.println("no report: " + e.getMessage());
        }
    }

    /** Where the report is, in a line or two. */
    public List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add("report: " + files.getFirst());
        withoutCharts.ifPresent(reason -> lines.add("no charts: " + reason));
        return lines;
    }
}
