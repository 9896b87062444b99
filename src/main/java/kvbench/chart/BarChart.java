package kvbench.chart;

import java.util.List;

/**
 * A bar for each category, or one for each group in each category; the value stands above its bar.
 *
 * <p>Bars begin at zero, always. With one group, or with groups that are no strategies, a bar has
 * the colour of its category and the groups differ in strength; groups that are strategies give the
 * colour.
 *
 * @param value the axis of the values, linear
 * @param groups what the bars of a category are; a single group needs no name
 */
public record BarChart(String title, String description, Axis value, List<Group> groups)
        implements Chart {
    public BarChart {
        if (value.scale() != Axis.Scale.LINEAR) {
            throw new IllegalArgumentException(
                    "bars need a linear axis, this is " + value.scale() + ": take an XyChart");
        }
        groups = List.copyOf(groups);
    }

    public static BarChart of(String title, String description, Axis value, List<Bar> bars) {
        return new BarChart(title, description, value, List.of(new Group("", bars)));
    }

    /** Bars that belong together, at most one for each category. */
    public record Group(String name, List<Bar> bars) {
        public Group {
            bars = List.copyOf(bars);
        }
    }

    /**
     * One bar.
     *
     * @param low with {@code high} the ends of the error bar, NaN for none
     * @param tip what a pointer over the bar shows; empty for the names and numbers
     */
    public record Bar(String category, double value, double low, double high, String tip) {
        public static Bar of(String category, double value) {
            return new Bar(category, value, Double.NaN, Double.NaN, "");
        }

        public static Bar of(String category, double value, double low, double high) {
            return new Bar(category, value, low, high, "");
        }
    }
}
