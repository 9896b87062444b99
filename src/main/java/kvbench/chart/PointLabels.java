package kvbench.chart;

import org.jfree.chart.annotations.AbstractXYAnnotation;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.PlotRenderingInfo;
import org.jfree.chart.plot.XYPlot;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/** Texts beside points, each where it covers neither a point nor another text. */
@SuppressWarnings(
        "serial") // Annotations of the library can be serialised; nobody does it to this one.
final class PointLabels extends AbstractXYAnnotation {
    private static final double DISTANCE = 9;
    private static final double HEIGHT = 13;
    private static final double POINT = 6;

    /** The baseline of a text lies so far above the lower end of its box. */
    private static final double DESCENT = 3;

    private final List<XyChart.Point> labelled = new ArrayList<>();

    PointLabels(List<XyChart.Series> series) {
        for (XyChart.Series one : series) {
            one.points().stream().filter(point -> !point.label().isEmpty()).forEach(labelled::add);
        }
    }

    boolean isEmpty() {
        return labelled.isEmpty();
    }

    /** Where a text may stand: its box, and the point it is aligned by. */
    private record Candidate(Rectangle2D box, TextPlacement placement) {}

    @Override
    public void draw(
            Graphics2D graphics,
            XYPlot plot,
            Rectangle2D area,
            ValueAxis domain,
            ValueAxis range,
            int index,
            PlotRenderingInfo info) {
        var taken = new ArrayList<Rectangle2D>();
        for (XyChart.Point point : labelled) {
            double x = domain.valueToJava2D(point.x(), area, plot.getDomainAxisEdge());
            double y = range.valueToJava2D(point.y(), area, plot.getRangeAxisEdge());
            taken.add(new Rectangle2D.Double(x - POINT, y - POINT, 2 * POINT, 2 * POINT));
        }
        graphics.setFont(Type.LABEL);
        graphics.setPaint(Neutral.INK.color());
        for (int at = 0; at < labelled.size(); at++) {
            Rectangle2D own = taken.get(at);
            String text = Type.shortened(labelled.get(at).label());
            Candidate chosen =
                    best(
                            candidates(own.getCenterX(), own.getCenterY(), Type.width(text)),
                            taken,
                            area);
            taken.add(chosen.box());
            float left = (float) chosen.box().getX();
            float base = (float) (chosen.box().getMaxY() - DESCENT);
            Type.unclipped(
                    graphics,
                    () ->
                            chosen.placement()
                                    .during(graphics, () -> graphics.drawString(text, left, base)));
        }
    }

    private static List<Candidate> candidates(double x, double y, double width) {
        var candidates = new ArrayList<Candidate>();
        for (double distance : new double[] {DISTANCE, 2 * DISTANCE}) {
            double above = y - HEIGHT - distance + 2;
            double below = y + distance - 2;
            double right = x + distance;
            double left = x - distance - width;
            candidates.add(box(right, y - HEIGHT / 2, width, TextPlacement.START));
            candidates.add(box(left, y - HEIGHT / 2, width, TextPlacement.END));
            candidates.add(box(x - width / 2, above, width, TextPlacement.MIDDLE));
            candidates.add(box(x - width / 2, below, width, TextPlacement.MIDDLE));
            candidates.add(box(x, above, width, TextPlacement.START));
            candidates.add(box(x, below, width, TextPlacement.START));
            candidates.add(box(x - width, above, width, TextPlacement.END));
            candidates.add(box(x - width, below, width, TextPlacement.END));
        }
        return candidates;
    }

    private static Candidate box(double x, double y, double width, TextPlacement placement) {
        return new Candidate(new Rectangle2D.Double(x, y, width, HEIGHT), placement);
    }

    private static Candidate best(
            List<Candidate> candidates, List<Rectangle2D> taken, Rectangle2D area) {
        Candidate best = candidates.getFirst();
        double least = Double.POSITIVE_INFINITY;
        for (Candidate candidate : candidates) {
            double cost = overlap(candidate.box(), taken) + outside(candidate.box(), area);
            if (cost < least) {
                best = candidate;
                least = cost;
            }
        }
        return best;
    }

    private static double overlap(Rectangle2D box, List<Rectangle2D> taken) {
        double overlap = 0;
        for (Rectangle2D other : taken) {
            Rectangle2D common = box.createIntersection(other);
            if (!common.isEmpty()) {
                overlap += common.getWidth() * common.getHeight();
            }
        }
        return overlap;
    }

    private static double outside(Rectangle2D box, Rectangle2D area) {
        Rectangle2D inside = box.createIntersection(area);
        double covered = inside.isEmpty() ? 0 : inside.getWidth() * inside.getHeight();
        return 10 * (box.getWidth() * box.getHeight() - covered);
    }
}
