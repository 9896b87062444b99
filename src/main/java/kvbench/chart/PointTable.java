package kvbench.chart;

import org.jfree.data.xy.AbstractXYDataset;
import org.jfree.data.xy.IntervalXYDataset;

import java.util.List;

/** Points of one series as the drawing library reads them. */
@SuppressWarnings(
        "serial") // Data sets of the library can be serialised; nobody does it to this one.
final class PointTable extends AbstractXYDataset implements IntervalXYDataset {
    /** A point and the stretches around it, in values of the axes. */
    record Item(double x, double y, double startX, double endX, double startY, double endY) {
        static Item at(double x, double y) {
            return new Item(x, y, x, x, y, y);
        }
    }

    private final String name;
    private final List<Item> items;

    PointTable(String name, List<Item> items) {
        this.name = name;
        this.items = items;
    }

    @Override
    public int getSeriesCount() {
        return 1;
    }

    @Override
    public String getSeriesKey(int series) {
        return name;
    }

    @Override
    public int getItemCount(int series) {
        return items.size();
    }

    @Override
    public Number getX(int series, int item) {
        return items.get(item).x();
    }

    @Override
    public Number getY(int series, int item) {
        return items.get(item).y();
    }

    @Override
    public Number getStartX(int series, int item) {
        return getStartXValue(series, item);
    }

    @Override
    public double getStartXValue(int series, int item) {
        return items.get(item).startX();
    }

    @Override
    public Number getEndX(int series, int item) {
        return getEndXValue(series, item);
    }

    @Override
    public double getEndXValue(int series, int item) {
        return items.get(item).endX();
    }

    @Override
    public Number getStartY(int series, int item) {
        return getStartYValue(series, item);
    }

    @Override
    public double getStartYValue(int series, int item) {
        return items.get(item).startY();
    }

    @Override
    public Number getEndY(int series, int item) {
        return getEndYValue(series, item);
    }

    @Override
    public double getEndYValue(int series, int item) {
        return items.get(item).endY();
    }
}
