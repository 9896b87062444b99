package kvbench;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.bench.ModelBenchmark;
import kvbench.compare.Comparison;
import kvbench.compare.Gate;
import kvbench.compare.Settings;
import kvbench.model.ElementType;
import kvbench.model.KvGeometry;
import kvbench.stats.ChangePoints;
import kvbench.stats.MannWhitney;
import kvbench.stats.RatioInterval;
import kvbench.stats.Statistics;
import kvbench.verify.Tolerance;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

/** What the pages beside the README say of commands, of the code and of each other is true. */
class DocumentationTest {
    private static final Path README = Path.of("README.md");
    private static final Path PAGES = Path.of("src", "site", "markdown");
    private static final Path TUTORIAL = PAGES.resolve("tutorial.md");
    private static final Path TUTORIAL_IN_PORTUGUESE = PAGES.resolve("pt-BR/tutorial.md");
    private static final Path METHODOLOGY = PAGES.resolve("methodology.md");
    private static final Path CI = PAGES.resolve("ci.md");
    private static final Path GPU = PAGES.resolve("gpu.md");
    private static final List<Path> ALL =
            List.of(TUTORIAL, TUTORIAL_IN_PORTUGUESE, METHODOLOGY, CI, GPU);

    private static final Path IMAGES = Path.of("src", "site", "resources", "images");
    private static final Path WORKFLOW = Path.of("src", "site", "resources", "ci", "kvbench.yml");
    private static final Path CONTINUOUS_INTEGRATION = Path.of(".ci", "run");

    private static final String NEEDS_A_GPU = "needs a GPU";

    /** Commands that {@code .ci/run} does not run, and why. */
    private static final Map<String, String> NOT_RUN =
            Map.of(
                    "mvn -q package -DskipTests",
                    "a part of the `mvn verify` that is run",
                    "git switch main",
                    "branches are the reader's",
                    "git switch my-change",
                    "branches are the reader's",
                    "mvn package -Pcuda13 -DskipTests",
                    "165 MB to download",
                    "java -jar target/benchmarks.jar doctor --provider cuda",
                    NEEDS_A_GPU,
                    "java -jar target/benchmarks.jar models make llama-3.2-1b-shape",
                    "writes 4.9 GB",
                    "java -jar target/benchmarks.jar verify --model llama-3.2-1b-shape"
                            + " --provider cuda --reference cpu",
                    NEEDS_A_GPU,
                    "java -jar target/benchmarks.jar bench --suite gpu-reference",
                    NEEDS_A_GPU,
                    "java -jar target/benchmarks.jar bench --suite gpu-reference DecodeStep -prof"
                            + " vram,energy -r 1",
                    NEEDS_A_GPU,
                    "python3 src/test/peer/transformers_peer.py --model models/llama-3.2-1b-shape"
                            + " --ids prompts.json --new-tokens 8 --out transformers.json",
                    "needs a GPU, torch and transformers");

    private static final Pattern LINK =
            Pattern.compile("!?\\[[^\\]\\n]*\\]\\(([^)\\s]+)\\)|<img[^>]*src=\"([^\"]+)\"");

    private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);
    private static final Pattern FENCED =
            Pattern.compile("^```.*?^```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern OUTPUT =
            Pattern.compile("^```text\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

    /** Folders that only the machine has on which an output was made. */
    private static final Pattern PATH_OF_A_MACHINE =
            Pattern.compile("(?<![\\w.])/(tmp|home|root|work|usr|var|opt|Users)/");

    // ---- The commands ----

    @TestFactory
    Stream<DynamicTest> showsCommandsThatParse() throws IOException {
        return commands().stream()
                .flatMap(ShownCommands::suiteLines)
                .map(line -> DynamicTest.dynamicTest(line, () -> ShownCommands.assertParses(line)));
    }

    @Test
    void showsCommandsThatAreRunOrSaysWhyNot() throws IOException {
        Set<List<String>> run =
                ShownCommands.lines(Files.readString(CONTINUOUS_INTEGRATION))
                        .filter(line -> line.startsWith("suite "))
                        .map(line -> "java -jar target/benchmarks.jar" + line.substring(5))
                        .map(ShownCommands::kind)
                        .collect(Collectors.toSet());
        List<String> unknown =
                commands().stream()
                        .filter(line -> !NOT_RUN.containsKey(line))
                        .filter(
                                line ->
                                        ShownCommands.suiteLines(line)
                                                .map(ShownCommands::kind)
                                                .noneMatch(run::contains))
                        .toList();
        assertEquals(
                List.of(),
                unknown,
                CONTINUOUS_INTEGRATION + " runs none of these: add them there or list them here");
    }

    @Test
    void listsNoExceptionThatIsNotShown() throws IOException {
        assertEquals(
                Set.of(),
                NOT_RUN.keySet().stream().filter(line -> !shows(line)).collect(Collectors.toSet()));
    }

    private static boolean shows(String line) {
        try {
            return commands().contains(line);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> commands() throws IOException {
        var commands = new ArrayList<String>();
        for (Path page : ALL) {
            commands.addAll(ShownCommands.in(page));
        }
        return commands.stream().distinct().toList();
    }

    @Test
    void showsTheSameCommandsAndOutputsInBothLanguages() throws IOException {
        List<String> commands = ShownCommands.in(TUTORIAL);
        assertFalse(commands.isEmpty());
        assertEquals(commands, ShownCommands.in(TUTORIAL_IN_PORTUGUESE));
        assertEquals(outputs(TUTORIAL), outputs(TUTORIAL_IN_PORTUGUESE));
    }

    private static List<String> outputs(Path page) throws IOException {
        return OUTPUT.matcher(Files.readString(page))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    @Test
    void showsNoPathOfTheMachineThatMadeAnOutput() throws IOException {
        for (Path page : ALL) {
            String text = Files.readString(page);
            assertEquals(
                    List.of(),
                    PATH_OF_A_MACHINE.matcher(text).results().map(MatchResult::group).toList(),
                    page.toString());
        }
    }

    // ---- Links and pictures ----

    @Test
    void linksToWhatIsThere() throws IOException {
        for (Path page : Stream.concat(ALL.stream(), Stream.of(README)).toList()) {
            for (String link : links(page)) {
                assertLeadsSomewhere(page, link);
            }
        }
    }

    private static void assertLeadsSomewhere(Path page, String link) throws IOException {
        if (URI.create(link).getScheme() != null) {
            return;
        }
        String[] parts = link.split("#", 2);
        Path folder = page.toAbsolutePath().getParent();
        Path target = parts[0].isEmpty() ? page : folder.resolve(parts[0]).normalize();
        assertTrue(Files.exists(target), () -> page + " links to " + link);
        if (parts.length == 2) {
            assertTrue(
                    anchors(target).contains(parts[1]),
                    () -> page + " links to " + link + ", which has no such heading");
        }
    }

    private static List<String> links(Path page) throws IOException {
        String text = FENCED.matcher(Files.readString(page)).replaceAll("");
        return LINK.matcher(text)
                .results()
                .map(link -> link.group(1) == null ? link.group(2) : link.group(1))
                .toList();
    }

    /** As GitHub makes them of headings. */
    private static Set<String> anchors(Path page) throws IOException {
        String text = FENCED.matcher(Files.readString(page)).replaceAll("");
        return HEADING.matcher(text)
                .results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void isLinkedFromTheReadme() throws IOException {
        assertTrue(
                links(README)
                        .containsAll(
                                ALL.stream()
                                        .map(page -> page.toString().replace('\\', '/'))
                                        .toList()));
    }

    @Test
    void tellsInEachDrawingWhatItShows() throws Exception {
        List<Path> drawings;
        try (Stream<Path> files = Files.walk(IMAGES)) {
            drawings = files.filter(file -> file.toString().endsWith(".svg")).sorted().toList();
        }
        assertEquals(6, drawings.size(), "one of each strategy in each language");
        for (Path drawing : drawings) {
            Document svg =
                    DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(drawing.toFile());
            Element root = svg.getDocumentElement();
            assertAll(
                    drawing.toString(),
                    () -> assertEquals("img", root.getAttribute("role")),
                    () -> assertEquals("title desc", root.getAttribute("aria-labelledby")),
                    () -> assertFalse(text(root, "title").isBlank()),
                    () -> assertFalse(text(root, "desc").isBlank()));
        }
        for (Path page : List.of(TUTORIAL, TUTORIAL_IN_PORTUGUESE)) {
            assertEquals(
                    3,
                    links(page).stream().filter(link -> link.endsWith(".svg")).distinct().count(),
                    page.toString());
        }
    }

    private static String text(Element svg, String element) {
        return svg.getElementsByTagName(element).item(0).getTextContent();
    }

    // ---- What methodology.md says of the code ----

    @Test
    void quotesWhatTheStatisticsAreMadeWith() throws IOException {
        String text = Files.readString(METHODOLOGY).replaceAll("\\s+", " ");
        assertAll(
                () -> assertEquals(0.02, Settings.PRACTICAL_THRESHOLD),
                () -> assertEquals(0.02, ChangePoints.PRACTICAL_THRESHOLD),
                () -> assertContains(text, "A difference below 2 % is never called one"),
                () -> assertEquals(0.05, Comparison.SIGNIFICANCE),
                () -> assertContains(text, "p after Holm is at most 5 %"),
                () ->
                        assertContains(
                                text,
                                "Each arm runs in %d forks by default"
                                        .formatted(ModelBenchmark.FORKS)),
                () ->
                        assertContains(
                                text,
                                "Up to %d scores on both sides together it is exact"
                                        .formatted(MannWhitney.MOST_SCORES_FOR_EXACT)),
                () ->
                        assertContains(
                                text,
                                "from %d forks on the order-statistic interval"
                                        .formatted(Statistics.FEWEST_FORKS_FOR_INTERVAL)),
                () -> assertContains(text, "of 6 to 8 forks from the lowest to the highest"),
                () -> assertEquals(0, Statistics.lowerRank(8)),
                () -> assertEquals(1, Statistics.lowerRank(9)),
                () ->
                        assertContains(
                                text,
                                "A change shows from its %drd run on"
                                        .formatted(ChangePoints.SHORTEST_SEGMENT)),
                () -> assertContains(text, "**and** the ratio is beyond 5 %"),
                () -> assertEquals(0.05, Gate.of("slower:5").part()));
    }

    @Test
    void quotesTheTolerancesOfScores() throws IOException {
        String text = Files.readString(GPU).replaceAll("\\s+", " ");
        assertTrue(
                text.contains("%s of the largest score".formatted(Tolerance.DEFAULT)),
                () -> GPU + " says another tolerance than " + Tolerance.DEFAULT);
    }

    @Test
    void quotesTheBytesOfATokenOfTheModels() throws IOException {
        String text = Files.readString(METHODOLOGY).replaceAll("\\s+", " ");
        long small = new KvGeometry(8, 2, 32, ElementType.FLOAT32).bytesPerToken();
        long large = new KvGeometry(16, 8, 64, ElementType.FLOAT32).bytesPerToken();
        assertContains(text, String.format(Locale.ROOT, "%,d B in the default model", small));
        assertContains(text, String.format(Locale.ROOT, "%,d B in Llama 3.2 1B", large));
    }

    @Test
    void quotesTheCoverageOfRatioIntervals() throws IOException {
        var table = new StringBuilder("| forks a side | coverage |\n|---|---|\n");
        for (int forks : new int[] {2, 3, 4, 5, 6, 8, 10}) {
            double[] scores = IntStream.rangeClosed(1, forks).asDoubleStream().toArray();
            table.append(
                    String.format(
                            Locale.ROOT,
                            "| %d | %.1f %% |\n",
                            forks,
                            100 * RatioInterval.of(scores, scores).confidence()));
        }
        assertEquals(table.toString(), block(METHODOLOGY, "coverage"));
    }

    @Test
    void quotesHowManyComparisonsSoManyForksAllow() throws IOException {
        var table =
                new StringBuilder(
                        "| forks a side | smallest p | comparisons among which it can show a"
                                + " difference |\n|---|---|---|\n");
        for (int forks = 3; forks <= 10; forks++) {
            double p = MannWhitney.smallestPValue(forks, forks);
            table.append(
                    String.format(
                            Locale.ROOT,
                            "| %d | %s | %d |\n",
                            forks,
                            new BigDecimal(p)
                                    .round(new MathContext(2, RoundingMode.HALF_UP))
                                    .stripTrailingZeros()
                                    .toPlainString(),
                            (int) Math.floor(Comparison.SIGNIFICANCE / p)));
        }
        assertEquals(table.toString(), block(METHODOLOGY, "forks"));
    }

    private static String block(Path page, String name) throws IOException {
        String text = Files.readString(page);
        String begin = "<!-- %s -->\n".formatted(name);
        return text.substring(
                text.indexOf(begin) + begin.length(), text.indexOf("<!-- /%s -->".formatted(name)));
    }

    private static void assertContains(String text, String words) {
        assertTrue(text.contains(words), () -> METHODOLOGY + " does not say: " + words);
    }

    // ---- The workflow ----

    @Test
    void quotesTheWorkflowAsItIs() throws IOException {
        assertContainsWorkflow(Files.readString(CI), Files.readString(WORKFLOW));
    }

    private static void assertContainsWorkflow(String page, String workflow) {
        assertTrue(
                page.contains("```yaml\n" + workflow + "```\n"),
                () -> CI + " shows another workflow than " + WORKFLOW);
    }

    @Test
    void hasTheStepsOfAComparison() throws IOException {
        List<Map<?, ?>> steps = steps("compare");
        List<String> uses = texts(steps, "uses");
        List<String> runs = texts(steps, "run");
        assertAll(
                () ->
                        assertEquals(
                                List.of(
                                        "actions/checkout",
                                        "actions/checkout",
                                        "actions/setup-java",
                                        "actions/upload-artifact"),
                                uses.stream().map(use -> use.replaceFirst("@v\\d+$", "")).toList()),
                () -> assertTrue(uses.stream().allMatch(use -> use.matches(".*@v\\d+"))),
                () ->
                        assertEquals(
                                Map.of(
                                        "distribution", "temurin",
                                        "java-version", "25",
                                        "cache", "maven",
                                        "cache-dependency-path", "*/pom.xml"),
                                steps.get(2).get("with")),
                () -> assertEquals(1, count(runs, "--fail-on slower:5,more-memory:1 --format md")),
                () -> assertEquals(1, count(runs, "gh pr comment")),
                () -> assertEquals(1, count(runs, "GITHUB_STEP_SUMMARY")),
                () -> assertEquals(1, count(runs, "exit ${{ steps.compare.outputs.code }}")));
    }

    @Test
    void keepsABaseline() throws IOException {
        List<Map<?, ?>> steps = steps("baseline");
        assertEquals(1, count(texts(steps, "uses"), "actions/cache"));
        assertEquals(1, count(texts(steps, "uses"), "actions/upload-artifact"));
        assertEquals(1, count(texts(steps, "run"), "compare --history history"));
    }

    @TestFactory
    Stream<DynamicTest> runsCommandsThatParse() throws IOException {
        String matrix = String.valueOf(((Map<?, ?>) workflow().get("env")).get("MATRIX"));
        List<String> lines =
                Stream.of(steps("compare"), steps("baseline"))
                        .flatMap(steps -> texts(steps, "run").stream())
                        .flatMap(ShownCommands::lines)
                        .flatMap(ShownCommands::suiteLines)
                        .map(line -> line.replace("$MATRIX", matrix))
                        .toList();
        assertEquals(6, lines.size(), lines::toString);
        return lines.stream()
                .map(line -> DynamicTest.dynamicTest(line, () -> ShownCommands.assertParses(line)));
    }

    private static List<Map<?, ?>> steps(String job) throws IOException {
        Map<?, ?> jobs = (Map<?, ?>) workflow().get("jobs");
        return ((List<?>) ((Map<?, ?>) jobs.get(job)).get("steps"))
                .stream().<Map<?, ?>>map(step -> (Map<?, ?>) step).toList();
    }

    private static Map<?, ?> workflow() throws IOException {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(WORKFLOW));
    }

    private static List<String> texts(List<Map<?, ?>> steps, String key) {
        return steps.stream()
                .filter(step -> step.containsKey(key))
                .map(step -> step.get(key))
                .map(String::valueOf)
                .toList();
    }

    private static long count(List<String> texts, String part) {
        return texts.stream().filter(text -> text.contains(part)).count();
    }
}
