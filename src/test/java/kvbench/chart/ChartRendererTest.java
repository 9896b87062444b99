package kvbench.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.chart.BarChart.Bar;
import kvbench.chart.XyChart.Point;
import kvbench.chart.XyChart.Series;
import kvbench.chart.XyChart.Style;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;

import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

class ChartRendererTest {
    private static final ChartRenderer RENDERER = new ChartRenderer();
    private static final String HOSTILE = "<script>alert('&\"')</script>\u0000\u0008\ud800]]>\n";
    private static final String HARMLESS = "<script>alert('&\"')</script>\ufffd\ufffd\ufffd]]> ";

    static Set<String> names() {
        return Gallery.charts().keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void drawsOneElementThatNamesItselfAndHasNoScriptNorSize(String name) {
        Chart chart = Gallery.charts().get(name);

        Picture picture = Picture.of(RENDERER.svg(chart, name));

        var root = picture.document().getDocumentElement();
        assertEquals("svg", root.getTagName());
        assertEquals("img", root.getAttribute("role"));
        assertEquals(name + "-title " + name + "-desc", root.getAttribute("aria-labelledby"));
        assertTrue(
                root.getAttribute("viewBox").startsWith("0 0 720 "), root.getAttribute("viewBox"));
        assertEquals("", root.getAttribute("width"));
        assertEquals(chart.title(), picture.elements("title").getFirst().getTextContent());
        assertEquals(chart.description(), picture.elements("desc").getFirst().getTextContent());
        String texts = String.join("", picture.texts()).replace(" ", "");
        assertTrue(texts.contains(chart.title().replace(" ", "")), texts);
        assertEquals(List.of(), picture.elements("script"));
        assertEquals(List.of(), picture.elements("style"));
        assertFalse(picture.source().contains("NaN"), picture.source());
        assertFalse(picture.source().contains("Infinity"), picture.source());
    }

    @ParameterizedTest
    @MethodSource("names")
    void drawsTheSameBytesTwice(String name) {
        assertEquals(
                new ChartRenderer().svg(Gallery.charts().get(name), name),
                new ChartRenderer().svg(Gallery.charts().get(name), name));
    }

    @ParameterizedTest
    @MethodSource("names")
    void keepsTextsInsideThePicture(String name) {
        Picture picture = Picture.of(RENDERER.svg(Gallery.charts().get(name), name));
        var paper = new Rectangle2D.Double(0, 0, Figure.WIDTH, height(picture));

        for (var text : picture.elements("text")) {
            Rectangle2D place = place(text);
            assertTrue(paper.contains(place), text.getTextContent() + " at " + place);
        }
    }

    /** Where the text lies, set in the font that it was measured with. */
    private static Rectangle2D place(Element text) {
        double width = Type.width(text.getTextContent());
        double left =
                Picture.number(text, "x")
                        - switch (anchor(text)) {
                            case "end" -> width;
                            case "middle" -> width / 2;
                            default -> 0;
                        };
        var level = new Rectangle2D.Double(left, Picture.number(text, "y") - 9, width, 11);
        String transform = text.getAttribute("transform");
        if (transform.isEmpty()) {
            return level;
        }
        assertTrue(transform.matches("matrix\\([^()]*\\)"), transform);
        double[] matrix =
                Stream.of(transform.substring(7, transform.length() - 1).split("[ ,]+"))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
        return new AffineTransform(matrix).createTransformedShape(level).getBounds2D();
    }

    private static double height(Picture picture) {
        return Double.parseDouble(
                picture.document().getDocumentElement().getAttribute("viewBox").split(" ")[3]);
    }

    private static String anchor(Element text) {
        String own = text.getAttribute("text-anchor");
        return own.isEmpty() ? ((Element) text.getParentNode()).getAttribute("text-anchor") : own;
    }

    @Test
    void idsOfChartsInOnePageDiffer() {
        var ids = new HashSet<String>();
        for (var entry : Gallery.charts().entrySet()) {
            for (var element :
                    Picture.of(RENDERER.svg(entry.getValue(), entry.getKey())).elements("*")) {
                String id = element.getAttribute("id");
                assertTrue(id.isEmpty() || ids.add(id), id);
            }
        }
        assertEquals(2 * Gallery.charts().size(), ids.size());
    }

    @Test
    void refusesASlugThatIsNoId() {
        var thrown =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> RENDERER.svg(Gallery.bars(), "a \"b"));

        assertEquals(
                "a slug is lower-case letters, digits and hyphens, this is 'a \"b'",
                thrown.getMessage());
    }

    @Test
    void escapesHostileNames() {
        List<Chart> charts =
                List.of(
                        new BarChart(
                                HOSTILE,
                                HOSTILE,
                                Axis.linear(HOSTILE),
                                List.of(
                                        new BarChart.Group(
                                                HOSTILE,
                                                List.of(new Bar(HOSTILE, 1, 0, 2, HOSTILE))),
                                        new BarChart.Group("b", List.of(Bar.of(HOSTILE, 2))))),
                        new XyChart(
                                HOSTILE,
                                HOSTILE,
                                Axis.named(HOSTILE, List.of(HOSTILE)),
                                Axis.linear(HOSTILE),
                                List.of(
                                        Series.of(
                                                HOSTILE,
                                                Style.DOTS,
                                                List.of(
                                                        Point.of(0, 1)
                                                                .withTip(HOSTILE)
                                                                .withLabel(HOSTILE))),
                                        Series.of(HOSTILE, Style.LINE, List.of(Point.of(0, 1)))),
                                List.of(new XyChart.Marker(0, HOSTILE))),
                        new IntervalChart(
                                HOSTILE,
                                HOSTILE,
                                HOSTILE,
                                0.02,
                                List.of(
                                        new IntervalChart.Row(
                                                HOSTILE,
                                                1,
                                                0.9,
                                                1.1,
                                                IntervalChart.Emphasis.NONE))));
        for (Chart chart : charts) {
            Picture picture = Picture.of(chart);

            assertEquals(List.of(), picture.elements("script"));
            assertEquals(HARMLESS, picture.elements("title").getFirst().getTextContent());
            assertEquals(HARMLESS, picture.elements("desc").getFirst().getTextContent() + " ");
            assertTrue(
                    picture.texts().stream().filter(HARMLESS::equals).count() >= 2,
                    picture.texts().toString());
            assertTrue(
                    picture.tips().getFirst().startsWith(HARMLESS.strip()),
                    picture.tips().toString());
        }
    }

    @Test
    void saysThatThereIsNoData() {
        List<Chart> charts =
                List.of(
                        BarChart.of("t", "d.", Axis.linear("v"), List.of()),
                        BarChart.of(
                                "t", "d.", Axis.linear("v"), List.of(Bar.of("static", Double.NaN))),
                        XyChart.of(
                                "t",
                                "d.",
                                Axis.log("x"),
                                Axis.log("y"),
                                List.of(Series.of("s", Style.LINE, List.of()))),
                        XyChart.of("t", "d.", Axis.named("x", List.of()), Axis.log("y"), List.of()),
                        new IntervalChart("t", "d.", "ratio", 0.02, List.of()));
        for (Chart chart : charts) {
            assertEquals(
                    List.of("no data"),
                    Picture.of(chart).texts().stream()
                            .filter(text -> text.equals("no data"))
                            .toList());
        }
    }

    @Test
    void leavesOutWhatCannotBeShownAndTellsHowMany() {
        Chart chart =
                XyChart.of(
                        "t",
                        "A line.",
                        Axis.linear("x"),
                        Axis.log("y"),
                        List.of(
                                Series.of(
                                        "static",
                                        Style.LINE,
                                        List.of(
                                                Point.of(1, 10),
                                                Point.of(2, 0),
                                                Point.of(3, -1),
                                                Point.of(4, Double.NaN),
                                                Point.of(5, Double.POSITIVE_INFINITY),
                                                Point.of(6, Double.NEGATIVE_INFINITY),
                                                Point.of(7, 20, 0, 30)))));

        Picture picture = Picture.of(chart);

        assertEquals(List.of("static, x 1: 10", "static, x 7: 20 (0 to 30)"), picture.tips());
        assertEquals(
                "A line. Left out: 3 without a value. Left out: 2 not positive, which a logarithmic"
                        + " axis cannot show.",
                picture.elements("desc").getFirst().getTextContent());
    }

    @Test
    void everyPointAnswersToThePointer() {
        Picture picture = Picture.of(Gallery.turns());

        assertEquals(3 * 15 * 12 + 3 * 15, picture.hits().size());
        for (Element hit : picture.hits()) {
            assertEquals(
                    hit.getAttribute("data-tip"),
                    hit.getElementsByTagName("title").item(0).getTextContent());
        }
        assertEquals(1, picture.tips().stream().filter("static, turn 15, fork 11"::equals).count());
    }

    @Test
    void extremeNumbersStillGiveAPicture() {
        for (double value :
                new double[] {
                    Double.MIN_VALUE, 1e-300, 1e-9, 1e15, 1e300, Double.MAX_VALUE / 4, 0, -5
                }) {
            List<Point> points = List.of(Point.of(1, value), Point.of(2, value * 1.5));
            for (Axis axis :
                    List.of(
                            Axis.linear("y"),
                            Axis.log("y"),
                            Axis.linear("y").inBytes().fromZero(),
                            Axis.log("y").inBytes())) {
                assertFinite(
                        XyChart.of(
                                "t",
                                "d.",
                                Axis.linear("x"),
                                axis,
                                List.of(Series.of("a", Style.LINE, points))));
            }
            assertFinite(
                    BarChart.of("t", "d.", Axis.linear("y"), List.of(Bar.of("static", value))));
        }
    }

    private static void assertFinite(Chart chart) {
        String source = Picture.of(chart).source();
        assertFalse(source.contains("NaN") || source.contains("Infinity"), source);
    }

    @Test
    void aChartOfTwoHundredPointsIsSmall() {
        List<Point> points =
                IntStream.range(0, 200).mapToObj(at -> Point.of(at, Math.sin(at))).toList();
        String svg =
                RENDERER.svg(
                        XyChart.of(
                                "t",
                                "d.",
                                Axis.linear("x"),
                                Axis.linear("y"),
                                List.of(Series.of("static", Style.LINE, points))),
                        "test");

        assertEquals(200, Picture.of(svg).hits().size());
        assertTrue(svg.length() < 60_000, svg.length() + " bytes");
    }

    @ParameterizedTest
    @MethodSource("names")
    void paintsAPngOfTheSameSize(String name) throws IOException {
        Chart chart = Gallery.charts().get(name);
        String[] box =
                Picture.of(chart)
                        .document()
                        .getDocumentElement()
                        .getAttribute("viewBox")
                        .split(" ");

        var image = ImageIO.read(new ByteArrayInputStream(RENDERER.png(chart, 2)));

        assertEquals(2 * Integer.parseInt(box[2]), image.getWidth());
        assertEquals(2 * Integer.parseInt(box[3]), image.getHeight());
        assertEquals(0xffffffff, image.getRGB(0, 0));
        long painted =
                IntStream.range(0, image.getWidth())
                        .filter(
                                x ->
                                        IntStream.range(0, image.getHeight())
                                                .anyMatch(y -> image.getRGB(x, y) != 0xffffffff))
                        .count();
        assertTrue(painted > 100, painted + " columns are painted");
    }

    @Test
    void everyNeutralColourHasAClassThatADarkPageRecolours() {
        for (var entry : Gallery.charts().entrySet()) {
            for (var element :
                    Picture.of(RENDERER.svg(entry.getValue(), entry.getKey())).elements("*")) {
                for (String attribute : List.of("fill", "stroke")) {
                    Optional<Neutral> neutral = Neutral.of(element.getAttribute(attribute));
                    String expected =
                            neutral.map(
                                            attribute.equals("fill")
                                                    ? Neutral::fillClass
                                                    : Neutral::strokeClass)
                                    .orElse("");
                    assertTrue(
                            (" " + element.getAttribute("class") + " ").contains(expected),
                            element.toString());
                    assertTrue(
                            expected.isEmpty()
                                    || ChartRenderer.darkModeCss()
                                            .contains(".chart ." + expected + " {"));
                    // Black would vanish on a dark page.
                    assertNotEquals("#000000", element.getAttribute(attribute));
                }
            }
        }
    }

    @Test
    void saysWhatMendsARuntimeThatCannotDraw() {
        var renderer =
                new ChartRenderer(
                        () -> {
                            throw new InternalError(
                                    new RuntimeException("Fontconfig head is null"));
                        });

        String reason =
                "no charts: this Java runtime cannot set text (Fontconfig head is null); install"
                        + " fonts (Debian, Ubuntu: apt-get install fontconfig fonts-dejavu-core;"
                        + " Fedora: dnf install fontconfig dejavu-sans-fonts)";
        assertEquals(Optional.of(reason), renderer.unavailable());
        var thrown =
                assertThrows(
                        IllegalStateException.class, () -> renderer.svg(Gallery.bars(), "bars"));
        assertEquals(reason, thrown.getMessage());
        assertEquals(Optional.empty(), RENDERER.unavailable());
    }
}
