package kvbench.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.chart.BarChart.Bar;
import kvbench.chart.XyChart.Point;
import kvbench.chart.XyChart.Series;
import kvbench.chart.XyChart.Style;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

import java.util.List;
import java.util.stream.DoubleStream;

/** Where things lie in the picture, read from it in pixels, against what the numbers say. */
class GeometryTest {
    /** Coordinates have one decimal. */
    private static final double ROUNDING = 0.11;

    @Test
    void barsAreAsHighAsTheirValues() {
        Picture picture =
                Picture.of(
                        BarChart.of(
                                "t",
                                "d.",
                                Axis.linear("v"),
                                List.of(
                                        Bar.of("none", 10),
                                        Bar.of("dynamic", 40),
                                        Bar.of("static", 25))));

        double unit = Picture.number(picture.hit("none: 10"), "height") / 10;
        assertTrue(unit > 2, "a unit is " + unit + " pixels");
        assertEquals(40 * unit, Picture.number(picture.hit("dynamic: 40"), "height"), 5 * ROUNDING);
        assertEquals(25 * unit, Picture.number(picture.hit("static: 25"), "height"), 5 * ROUNDING);
        for (Element hit : picture.hits()) {
            assertTrue(
                    picture.elements("path").stream()
                                    .anyMatch(
                                            path ->
                                                    path.getAttribute("d")
                                                            .contains(hit.getAttribute("x")))
                            || picture.elements("rect").stream()
                                    .anyMatch(
                                            rect ->
                                                    rect != hit
                                                            && rect.getAttribute("height")
                                                                    .equals(
                                                                            hit.getAttribute(
                                                                                    "height"))),
                    "no bar is drawn where the tooltip of " + hit.getAttribute("data-tip") + " is");
        }
        assertEquals(
                List.of("10", "40", "25"),
                picture.texts().stream()
                        .filter(List.of("10", "40", "25")::contains)
                        .distinct()
                        .toList());
    }

    @Test
    void aLinearAxisIsAffineInTheValue() {
        double[] values = {3, 4, 17, 29.5, 88};
        List<Element> hits = hits(Axis.linear("x"), Axis.linear("y"), values);

        assertAffine(values, pixels(hits, "cx"));
        assertAffine(values, pixels(hits, "cy"));
    }

    @Test
    void aLogarithmicAxisIsAffineInTheLogarithm() {
        double[] values = {0.3, 4, 170, 2950, 88_000};
        List<Element> hits = hits(Axis.log("x"), Axis.log("y"), values);
        double[] logarithms = DoubleStream.of(values).map(Math::log).toArray();

        assertAffine(logarithms, pixels(hits, "cx"));
        assertAffine(logarithms, pixels(hits, "cy"));
    }

    private static List<Element> hits(Axis x, Axis y, double[] values) {
        List<Point> points =
                DoubleStream.of(values).mapToObj(value -> Point.of(value, value)).toList();
        return Picture.of(
                        XyChart.of(
                                "t", "d.", x, y, List.of(Series.of("static", Style.LINE, points))))
                .hits();
    }

    private static double[] pixels(List<Element> hits, String attribute) {
        return hits.stream().mapToDouble(hit -> Picture.number(hit, attribute)).toArray();
    }

    private static void assertAffine(double[] values, double[] pixels) {
        int last = values.length - 1;
        assertEquals(values.length, pixels.length);
        double slope = (pixels[last] - pixels[0]) / (values[last] - values[0]);
        assertTrue(Math.abs(pixels[last] - pixels[0]) > 200, "the values fill the picture");
        for (int at = 0; at < values.length; at++) {
            assertEquals(
                    pixels[0] + slope * (values[at] - values[0]),
                    pixels[at],
                    2 * ROUNDING,
                    "value " + values[at]);
        }
    }

    @Test
    void markersLieWhereTheTooltipsAre() {
        List<Point> points = List.of(Point.of(128, 3), Point.of(512, 7), Point.of(2048, 5));
        Picture picture =
                Picture.of(
                        XyChart.of(
                                "t",
                                "d.",
                                Axis.log("depth"),
                                Axis.linear("ms"),
                                List.of(Series.of("none", Style.LINE, points))));

        List<Element> circles = picture.elements("circle");
        assertEquals(6, circles.size());
        for (int at = 0; at < points.size(); at++) {
            assertEquals(
                    Picture.number(circles.get(at + 3), "cx"),
                    Picture.number(circles.get(at), "cx"),
                    ROUNDING);
            assertEquals(
                    Picture.number(circles.get(at + 3), "cy"),
                    Picture.number(circles.get(at), "cy"),
                    ROUNDING);
        }
        assertEquals(
                List.of("none, depth 128: 3", "none, depth 512: 7", "none, depth 2,048: 5"),
                picture.tips());
    }

    @Test
    void ticksStandAtTheirValues() {
        List<Point> points = List.of(Point.of(128, 3), Point.of(512, 7), Point.of(2048, 5));
        Picture picture =
                Picture.of(
                        XyChart.of(
                                "t",
                                "d.",
                                Axis.log("depth"),
                                Axis.linear("ms"),
                                List.of(Series.of("none", Style.LINE, points))));

        for (Point point : points) {
            String label = ValueFormat.PLAIN.text(point.x());
            Element tick =
                    picture.elements("text").stream()
                            .filter(text -> text.getTextContent().equals(label))
                            .findFirst()
                            .orElseThrow();
            Element hit =
                    picture.hit(
                            label.isEmpty()
                                    ? ""
                                    : "none, depth "
                                            + label
                                            + ": "
                                            + ValueFormat.PLAIN.text(point.y()));
            assertEquals(Picture.number(hit, "cx"), Picture.number(tick, "x"), 2 * ROUNDING);
        }
    }

    @Test
    void intervalsReachFromLowToHigh() {
        Picture picture =
                Picture.of(
                        new IntervalChart(
                                "t",
                                "d.",
                                "ratio",
                                0.02,
                                List.of(
                                        new IntervalChart.Row(
                                                "a", 0.8, 0.7, 0.9, IntervalChart.Emphasis.WORSE),
                                        new IntervalChart.Row(
                                                "b", 1.5, 1.2, 2.0, IntervalChart.Emphasis.BETTER),
                                        new IntervalChart.Row(
                                                "c",
                                                1,
                                                Double.NaN,
                                                Double.NaN,
                                                IntervalChart.Emphasis.NONE))));

        Element a = picture.hit("a: 0.800 [0.700, 0.900]");
        Element b = picture.hit("b: 1.500 [1.200, 2.000]");
        Element c = picture.hit("c: 1.000");
        double margin = 6;
        double atLowOfA = Picture.number(a, "x") + margin;
        double perLogarithm = (Picture.number(a, "width") - 2 * margin) / Math.log(0.9 / 0.7);
        assertEquals(
                atLowOfA + perLogarithm * Math.log(1.2 / 0.7),
                Picture.number(b, "x") + margin,
                1.0);
        assertEquals(
                perLogarithm * Math.log(2.0 / 1.2), Picture.number(b, "width") - 2 * margin, 1.0);
        assertEquals(
                atLowOfA + perLogarithm * Math.log(1 / 0.7), Picture.number(c, "x") + margin, 1.0);
        assertTrue(
                picture.elements("line").stream()
                        .anyMatch(
                                line ->
                                        line.getAttribute("y1").equals(line.getAttribute("y2"))
                                                && Math.abs(Picture.number(line, "x1") - atLowOfA)
                                                        < 2 * ROUNDING
                                                && Math.abs(
                                                                Picture.number(line, "x2")
                                                                        - Picture.number(line, "x1")
                                                                        - Picture.number(a, "width")
                                                                        + 2 * margin)
                                                        < 2 * ROUNDING),
                "the interval of a is drawn");
        assertTrue(
                Picture.number(a, "y") < Picture.number(b, "y"), "rows stand in the order given");
    }

    @Test
    void errorBarsReachFromLowToHigh() {
        Picture picture =
                Picture.of(
                        BarChart.of(
                                "t",
                                "d.",
                                Axis.linear("v"),
                                List.of(Bar.of("static", 20, 15, 30), Bar.of("none", 40))));

        double unit = Picture.number(picture.hit("none: 40"), "height") / 40;
        Element bar = picture.hit("static: 20 (15 to 30)");
        double base = Picture.number(bar, "y") + Picture.number(bar, "height");
        assertTrue(
                picture.elements("line").stream()
                        .anyMatch(
                                line ->
                                        line.getAttribute("x1").equals(line.getAttribute("x2"))
                                                && isAbout(
                                                        line, base - 15 * unit, base - 30 * unit)),
                "an error bar from 15 to 30");
    }

    private static boolean isAbout(Element line, double first, double second) {
        double low = Math.max(Picture.number(line, "y1"), Picture.number(line, "y2"));
        double high = Math.min(Picture.number(line, "y1"), Picture.number(line, "y2"));
        return Math.abs(low - first) < 0.5 && Math.abs(high - second) < 0.5;
    }

    @Test
    void markersOfAHistoryStandAtTheirCommit() {
        Picture picture = Picture.of(Gallery.history());
        double x =
                picture.hits().stream()
                        .filter(
                                hit ->
                                        hit.getAttribute("data-tip")
                                                .startsWith(
                                                        "static, "
                                                                + Gallery.history()
                                                                        .x()
                                                                        .names()
                                                                        .get(7)))
                        .mapToDouble(hit -> Picture.number(hit, "cx"))
                        .findFirst()
                        .orElseThrow();

        Element label =
                picture.elements("text").stream()
                        .filter(text -> text.getTextContent().equals("+14 % static, dynamic"))
                        .findFirst()
                        .orElseThrow();
        assertEquals(x + 4, Picture.number(label, "x"), 2 * ROUNDING);
    }
}
