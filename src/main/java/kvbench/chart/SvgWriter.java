package kvbench.chart;

import org.w3c.dom.Element;
import org.w3c.dom.Node;

import java.awt.geom.Ellipse2D;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes the drawing library's document anew, as small as a person would.
 *
 * <p>The document repeats the whole graphics state in many nested groups and clips what needs no
 * clipping. Here each shape gets the few attributes that it is drawn with; neighbours that share
 * them share one group.
 */
final class SvgWriter {
    private static final Pattern NUMBER = Pattern.compile("-?\\d*\\.?\\d+(?:[eE][-+]?\\d+)?");
    private static final Pattern RGB = Pattern.compile("rgb\\((\\d+),(\\d+),(\\d+)\\)");
    private static final Pattern POLYLINE =
            Pattern.compile("(?:[ML]?\\s*-?[\\d.]+ -?[\\d.]+\\s*)+");

    private static final Pattern CIRCLE = Pattern.compile("M[^CLQZ]*(?:C[^CLQZ]*){4}Z\\s*");

    /** What a shape is drawn with, unless it is SVG's own default. */
    private static final Map<String, String> PAINT_DEFAULTS =
            Map.of(
                    "fill", "",
                    "stroke", "none",
                    "fill-opacity", "1",
                    "stroke-opacity", "1",
                    "opacity", "1",
                    "stroke-width", "1",
                    "stroke-dasharray", "none",
                    "stroke-linejoin", "miter",
                    "stroke-linecap", "butt");

    private static final List<String> FILL = List.of("fill", "fill-opacity", "opacity");
    private static final List<String> STROKE =
            List.of(
                    "stroke",
                    "stroke-opacity",
                    "opacity",
                    "stroke-width",
                    "stroke-dasharray",
                    "stroke-linejoin",
                    "stroke-linecap");
    private static final List<String> FONT = List.of("font-size", "font-weight", "text-anchor");
    private static final Map<String, String> FONT_DEFAULTS =
            Map.of("font-size", "12", "font-weight", "normal", "text-anchor", "start");

    private static final Map<String, List<String>> GEOMETRY =
            Map.of(
                    "path", List.of("d"),
                    "line", List.of("x1", "y1", "x2", "y2"),
                    "rect", List.of("x", "y", "width", "height"),
                    "circle", List.of("cx", "cy", "r"),
                    "ellipse", List.of("cx", "cy", "rx", "ry"),
                    "polygon", List.of("points"),
                    "polyline", List.of("points"),
                    "text", List.of("x", "y"));

    private final StringBuilder out = new StringBuilder(1 << 14);
    private final List<Leaf> run = new ArrayList<>();

    /** A shape or text: its tag with geometry, and what it is drawn with. */
    private record Leaf(String open, String close, Map<String, String> style) {}

    static String write(Element root, Figure figure, List<Hit> hits, String slug) {
        var writer = new SvgWriter();
        writer.head(figure, slug);
        writer.walk(root, Map.of(), "");
        writer.flush();
        writer.hits(hits);
        return writer.out.append("</svg>\n").toString();
    }

    private void head(Figure figure, String slug) {
        String title = slug + "-title";
        String description = slug + "-desc";
        String box = "0 0 " + Figure.WIDTH + " " + figure.height();
        out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"")
                .append(box);
        out.append("\" role=\"img\" aria-labelledby=\"")
                .append(title)
                .append(' ')
                .append(description);
        out.append("\" font-family=\"sans-serif\" font-size=\"12\">\n");
        out.append("<title id=\"")
                .append(title)
                .append("\">")
                .append(XmlText.escaped(figure.data().title()));
        out.append("</title>\n<desc id=\"").append(description).append("\">");
        out.append(XmlText.escaped(figure.description())).append("</desc>\n");
        out.append("<rect class=\"").append(Neutral.PAPER.fillClass()).append("\" fill=\"");
        out.append(Neutral.hex(Neutral.PAPER.color())).append("\" width=\"").append(Figure.WIDTH);
        out.append("\" height=\"").append(figure.height()).append("\"/>\n");
    }

    // ---- the drawing ----

    private void walk(Element element, Map<String, String> inherited, String transforms) {
        String tag = element.getTagName();
        if (tag.equals("defs")) {
            return;
        }
        var style = new LinkedHashMap<>(inherited);
        var attributes = element.getAttributes();
        for (int at = 0; at < attributes.getLength(); at++) {
            style.put(attributes.item(at).getNodeName(), attributes.item(at).getNodeValue());
        }
        String own = element.getAttribute("transform");
        String transform = own.isEmpty() ? transforms : (transforms + " " + own).strip();
        if (GEOMETRY.containsKey(tag)) {
            leaf(element, tag, style, transform);
            return;
        }
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element inner) {
                walk(inner, style, transform);
            }
        }
    }

    private void leaf(
            Element element, String tag, Map<String, String> attributes, String transform) {
        Map<String, String> style = style(tag, attributes);
        if (isInvisible(style)) {
            return;
        }
        Optional<String> circle =
                tag.equals("path") ? circle(element.getAttribute("d")) : Optional.empty();
        if (circle.isPresent() && transform.isEmpty()) {
            add(new Leaf(circle.get(), "/>", style));
            return;
        }
        var open = new StringBuilder("<").append(tag);
        for (String name : GEOMETRY.get(tag)) {
            String value = element.getAttribute(name);
            open.append(' ')
                    .append(name)
                    .append("=\"")
                    .append(name.equals("d") ? path(value) : rounded(value))
                    .append('"');
        }
        if (!transform.isEmpty()) {
            open.append(" transform=\"").append(transform(transform)).append('"');
        }
        String close =
                tag.equals("text")
                        ? ">" + XmlText.escaped(element.getTextContent()) + "</text>"
                        : "/>";
        add(new Leaf(open.toString(), close, style));
    }

    private static Map<String, String> style(String tag, Map<String, String> attributes) {
        var style = new LinkedHashMap<String, String>();
        boolean filled =
                !"none".equals(attributes.getOrDefault("fill", "black")) && !tag.equals("line");
        boolean stroked = !"none".equals(attributes.getOrDefault("stroke", "none"));
        if (filled) {
            copy(attributes, FILL, PAINT_DEFAULTS, style);
        } else {
            style.put("fill", "none");
        }
        if (stroked) {
            copy(attributes, STROKE, PAINT_DEFAULTS, style);
        }
        if (tag.equals("line")) {
            style.remove("stroke-linejoin");
        }
        if (tag.equals("text")) {
            copy(attributes, FONT, FONT_DEFAULTS, style);
        }
        return style;
    }

    private static void copy(
            Map<String, String> from,
            List<String> names,
            Map<String, String> defaults,
            Map<String, String> to) {
        for (String name : names) {
            String value = value(name, from.getOrDefault(name, defaults.get(name)));
            if (!value.equals(defaults.get(name))) {
                to.put(name, value);
            }
        }
    }

    private static String value(String name, String value) {
        var rgb = RGB.matcher(value);
        if (rgb.matches()) {
            return "#%02x%02x%02x"
                    .formatted(
                            component(rgb.group(1)),
                            component(rgb.group(2)),
                            component(rgb.group(3)));
        }
        return switch (value) {
            case "black" -> "#000000";
            case "white" -> "#ffffff";
            default ->
                    name.endsWith("opacity")
                            ? rounded(value, 3)
                            : value.endsWith("px") ? value.substring(0, value.length() - 2) : value;
        };
    }

    private static int component(String text) {
        return Integer.parseInt(text);
    }

    private static boolean isInvisible(Map<String, String> style) {
        boolean fill = !"none".equals(style.get("fill")) && !"0".equals(style.get("fill-opacity"));
        boolean stroke = style.containsKey("stroke") && !"0".equals(style.get("stroke-opacity"));
        return !fill && !stroke;
    }

    // ---- groups ----

    private void add(Leaf leaf) {
        if (!run.isEmpty() && !run.getFirst().style().equals(leaf.style())) {
            flush();
        }
        run.add(leaf);
    }

    private void flush() {
        if (run.isEmpty()) {
            return;
        }
        String style = attributes(run.getFirst().style());
        if (run.size() == 1) {
            out.append(run.getFirst().open())
                    .append(style)
                    .append(run.getFirst().close())
                    .append('\n');
        } else {
            out.append("<g").append(style).append(">\n");
            run.forEach(leaf -> out.append(leaf.open()).append(leaf.close()).append('\n'));
            out.append("</g>\n");
        }
        run.clear();
    }

    private static String attributes(Map<String, String> style) {
        var text = new StringBuilder();
        var classes = new ArrayList<String>();
        Optional.ofNullable(style.get("fill"))
                .flatMap(Neutral::of)
                .map(Neutral::fillClass)
                .ifPresent(classes::add);
        Optional.ofNullable(style.get("stroke"))
                .flatMap(Neutral::of)
                .map(Neutral::strokeClass)
                .ifPresent(classes::add);
        if (!classes.isEmpty()) {
            text.append(" class=\"").append(String.join(" ", classes)).append('"');
        }
        style.forEach(
                (name, value) ->
                        text.append(' ').append(name).append("=\"").append(value).append('"'));
        return text.toString();
    }

    // ---- numbers ----

    private static String rounded(String numbers) {
        return rounded(numbers, 1);
    }

    private static String rounded(String numbers, int decimals) {
        return NUMBER.matcher(numbers)
                .replaceAll(number -> number(Double.parseDouble(number.group()), decimals));
    }

    private static String number(double value, int decimals) {
        String text =
                BigDecimal.valueOf(value)
                        .setScale(decimals, RoundingMode.HALF_EVEN)
                        .stripTrailingZeros()
                        .toPlainString();
        return text.equals("-0") ? "0" : text;
    }

    /** A transform is rounded less: it multiplies. */
    private static String transform(String transform) {
        return rounded(transform, 4);
    }

    /** The drawing library moves a circle by turning it into four curves. */
    private static Optional<String> circle(String d) {
        if (!CIRCLE.matcher(d).matches()) {
            return Optional.empty();
        }
        double[] numbers =
                NUMBER.matcher(d)
                        .results()
                        .mapToDouble(number -> Double.parseDouble(number.group()))
                        .toArray();
        double right = numbers[0];
        double bottom = numbers[7];
        double left = numbers[12];
        double radius = (right - left) / 2;
        return Optional.of(
                "<circle cx=\"%s\" cy=\"%s\" r=\"%s\""
                        .formatted(
                                number(right - radius, 1),
                                number(bottom - radius, 1),
                                number(radius, 1)));
    }

    /** A line without the points that lie on the way between their neighbours. */
    private static String path(String d) {
        String rounded = rounded(d);
        if (!POLYLINE.matcher(rounded).matches()) {
            return rounded.replaceAll(" ?([A-Z]) ?", "$1");
        }
        var kept = new ArrayList<String[]>();
        for (String pair : rounded.substring(1).split("[ML]")) {
            String[] point = pair.strip().split(" ");
            if (rounded.indexOf('M', 1) >= 0 || point.length != 2) {
                return rounded;
            }
            int size = kept.size();
            if (size >= 1 && isSame(kept.get(size - 1), point)) {
                continue;
            }
            if (size >= 2 && isOnTheWay(kept.get(size - 2), kept.get(size - 1), point)) {
                kept.removeLast();
            }
            kept.add(point);
        }
        return kept.stream()
                .map(point -> point[0] + " " + point[1])
                .collect(Collectors.joining("L", "M", ""));
    }

    private static boolean isSame(String[] first, String[] second) {
        return first[0].equals(second[0]) && first[1].equals(second[1]);
    }

    private static boolean isOnTheWay(String[] first, String[] middle, String[] last) {
        for (int axis = 0; axis < 2; axis++) {
            boolean level = first[axis].equals(middle[axis]) && middle[axis].equals(last[axis]);
            double ahead =
                    Double.parseDouble(middle[1 - axis]) - Double.parseDouble(first[1 - axis]);
            double further =
                    Double.parseDouble(last[1 - axis]) - Double.parseDouble(middle[1 - axis]);
            if (level && ahead * further > 0) {
                return true;
            }
        }
        return false;
    }

    // ---- tooltips ----

    private void hits(List<Hit> hits) {
        if (hits.isEmpty()) {
            return;
        }
        out.append("<g fill=\"none\" pointer-events=\"all\">\n");
        for (Hit hit : hits) {
            String tip = XmlText.escaped(hit.tip());
            var shape = hit.shape();
            String tag = shape instanceof Ellipse2D ? "circle" : "rect";
            out.append('<')
                    .append(tag)
                    .append(" class=\"hit\" data-tip=\"")
                    .append(tip)
                    .append('"');
            if (shape instanceof Ellipse2D) {
                coordinate("cx", shape.getCenterX())
                        .coordinate("cy", shape.getCenterY())
                        .coordinate("r", shape.getWidth() / 2);
            } else {
                coordinate("x", shape.getX()).coordinate("y", shape.getY());
                coordinate("width", shape.getWidth()).coordinate("height", shape.getHeight());
            }
            out.append("><title>").append(tip).append("</title></").append(tag).append(">\n");
        }
        out.append("</g>\n");
    }

    private SvgWriter coordinate(String name, double value) {
        out.append(' ').append(name).append("=\"").append(number(value, 1)).append('"');
        return this;
    }
}
