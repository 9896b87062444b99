package kvbench.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How one name looks in every chart: its colour, marker and dashes. */
record Look(Color color, Marker marker, Fill fill, float[] dash) {
    /** Shapes of about the same weight to the eye. */
    enum Marker {
        CIRCLE,
        SQUARE,
        TRIANGLE,
        DIAMOND,
        TRIANGLE_DOWN,
        CROSS,
        PLUS
    }

    /** Whether a marker is filled. */
    enum Fill {
        SOLID,
        HOLLOW
    }

    /**
     * After Okabe and Ito, whose yellow, orange and sky blue are too pale for white paper and their
     * black too dark for a dark page: each has a contrast of 3 to both.
     */
    private static final List<Color> PALETTE =
            List.of(
                    new Color(0x7a828c),
                    new Color(0x0072b2),
                    new Color(0xd55e00),
                    new Color(0xcc79a7),
                    new Color(0x009e73),
                    new Color(0xc27c00),
                    new Color(0x3d95cf),
                    new Color(0x8a7500));

    private static final List<float[]> DASHES =
            List.of(
                    new float[] {8, 3, 2, 3},
                    new float[] {8, 4},
                    new float[0],
                    new float[] {4, 3},
                    new float[] {14, 4},
                    new float[] {10, 3, 2, 3, 2, 3},
                    new float[] {3, 2},
                    new float[] {12, 3, 4, 3});

    /**
     * Colours of the known names, as places in the palette. Names that share one seldom stand in
     * one chart.
     */
    private static final Map<String, Integer> KNOWN = known();

    private static Map<String, Integer> known() {
        var known = new LinkedHashMap<String, Integer>();
        known.put("none", 0);
        known.put("dynamic", 1);
        known.put("static", 2);
        known.put("host", 3);
        known.put("chunked", 4);
        known.put("static-graph", 5);
        known.put("scatter", 6);
        known.put("window", 7);
        known.put("sink", 3);
        known.put("int8", 4);
        known.put("int4", 2);
        known.put("fp8", 1);
        known.put("fp16", 6);
        known.put("heavy-hitter", 5);
        return known;
    }

    /** The look of each name: of a known one always the same, of others by their order. */
    static Map<String, Look> of(List<String> names) {
        Set<Integer> taken =
                names.stream()
                        .map(Look::family)
                        .filter(KNOWN::containsKey)
                        .map(KNOWN::get)
                        .collect(Collectors.toSet());
        List<Integer> free = freePlaces(taken);
        var places = new HashMap<String, Place>();
        var variants = new HashMap<String, Integer>();
        var looks = new LinkedHashMap<String, Look>();
        int unknown = 0;
        for (String name : names) {
            if (looks.containsKey(name)) {
                continue;
            }
            String family = family(name);
            Place place = places.get(family);
            if (place == null) {
                place =
                        KNOWN.containsKey(family)
                                ? knownPlace(family)
                                : new Place(free.get(unknown % free.size()), unknown++);
                places.put(family, place);
            }
            int variant = name.equals(family) ? 0 : variants.merge(family, 1, Integer::sum);
            looks.put(name, look(place, variant));
        }
        return looks;
    }

    static boolean isKnown(String name) {
        return KNOWN.containsKey(family(name));
    }

    static List<Color> palette() {
        return PALETTE;
    }

    /** Where a name takes its colour and its marker from. */
    private record Place(int color, int order) {}

    private static Place knownPlace(String family) {
        return new Place(KNOWN.get(family), List.copyOf(KNOWN.keySet()).indexOf(family));
    }

    private static List<Integer> freePlaces(Set<Integer> taken) {
        var free = new java.util.ArrayList<Integer>();
        for (int place = 1; place < PALETTE.size(); place++) {
            if (!taken.contains(place)) {
                free.add(place);
            }
        }
        return free.isEmpty() ? List.of(0) : free;
    }

    private static Look look(Place place, int variant) {
        int shapes = Marker.values().length;
        Marker marker = Marker.values()[(place.order() + variant * 2) % shapes];
        boolean hollow = (place.order() / shapes + variant) % 2 == 1;
        // Names that share a colour are a round apart.
        int round = place.order() / DASHES.size();
        float[] dash = DASHES.get((place.order() + round + variant * 3) % DASHES.size());
        return new Look(
                PALETTE.get(place.color()), marker, hollow ? Fill.HOLLOW : Fill.SOLID, dash);
    }

    /** {@code static@2}, {@code static (base)} and {@code static, pp 512} are of one family. */
    private static String family(String name) {
        int end = 0;
        while (end < name.length() && "@ (,:".indexOf(name.charAt(end)) < 0) {
            end++;
        }
        String head = name.substring(0, end);
        return KNOWN.containsKey(head) ? head : name;
    }

    /** The marker around (0, 0), as wide as a circle of that radius. */
    Shape shape(double radius) {
        return switch (marker) {
            case CIRCLE -> new Ellipse2D.Double(-radius, -radius, 2 * radius, 2 * radius);
            case SQUARE -> square(radius);
            case TRIANGLE ->
                    polygon(0, -1.15, 1.1, 0.85, -1.1, 0.85).createTransformedShape(radius);
            case DIAMOND ->
                    polygon(0, -1.25, 1.25, 0, 0, 1.25, -1.25, 0).createTransformedShape(radius);
            case TRIANGLE_DOWN ->
                    polygon(0, 1.15, 1.1, -0.85, -1.1, -0.85).createTransformedShape(radius);
            case PLUS -> plus().createTransformedShape(radius);
            case CROSS ->
                    AffineTransform.getRotateInstance(Math.PI / 4)
                            .createTransformedShape(plus().createTransformedShape(radius));
        };
    }

    private static Shape square(double radius) {
        double half = radius * 0.9;
        return new Rectangle2D.Double(-half, -half, 2 * half, 2 * half);
    }

    private static Outline plus() {
        double arm = 1.2;
        double half = 0.42;
        return polygon(
                -half, -arm, half, -arm, half, -half, arm, -half, arm, half, half, half, half, arm,
                -half, arm, -half, half, -arm, half, -arm, -half, -half, -half);
    }

    private static Outline polygon(double... coordinates) {
        var path = new Path2D.Double();
        path.moveTo(coordinates[0], coordinates[1]);
        for (int at = 2; at < coordinates.length; at += 2) {
            path.lineTo(coordinates[at], coordinates[at + 1]);
        }
        path.closePath();
        return new Outline(path);
    }

    /** A shape of radius 1. */
    private record Outline(Path2D path) {
        Shape createTransformedShape(double radius) {
            return AffineTransform.getScaleInstance(radius, radius).createTransformedShape(path);
        }
    }

    BasicStroke line(float width) {
        return stroke(width, dash);
    }

    static BasicStroke stroke(float width, float... dash) {
        return dash.length == 0
                ? new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND)
                : new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dash, 0);
    }
}
