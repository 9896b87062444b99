package kvbench.chart;

import java.awt.Graphics2D;
import java.awt.RenderingHints;

/**
 * Which point of a text stays where it is when the reader's font is wider or narrower than the one
 * measured with.
 *
 * <p>The drawing library places every text by its left end, so whoever draws a text says here what
 * it was aligned by.
 */
enum TextPlacement {
    START("start"),
    MIDDLE("middle"),
    END("end");

    private static final RenderingHints.Key KEY =
            new RenderingHints.Key(0) {
                @Override
                public boolean isCompatibleValue(Object value) {
                    return value instanceof TextPlacement;
                }
            };

    private final String anchor;

    TextPlacement(String anchor) {
        this.anchor = anchor;
    }

    String anchor() {
        return anchor;
    }

    /** The distance of the point from the left end of a text of that width. */
    double offset(double width) {
        return switch (this) {
            case START -> 0;
            case MIDDLE -> width / 2;
            case END -> width;
        };
    }

    static TextPlacement of(Graphics2D graphics) {
        return graphics.getRenderingHint(KEY) instanceof TextPlacement placement
                ? placement
                : START;
    }

    void during(Graphics2D graphics, Runnable drawing) {
        TextPlacement before = of(graphics);
        graphics.setRenderingHint(KEY, this);
        try {
            drawing.run();
        } finally {
            graphics.setRenderingHint(KEY, before);
        }
    }
}
