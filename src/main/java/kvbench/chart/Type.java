package kvbench.chart;

import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.image.BufferedImage;

/** The type that charts are set in, and its measures. */
final class Type {
    static final Font LABEL = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 11);
    static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 13);

    private static final int LONGEST = 44;
    private static final FontMetrics LABEL_METRICS = metrics(LABEL);
    private static final FontMetrics SMALL_METRICS = metrics(SMALL);

    private Type() {}

    static double width(String text) {
        return LABEL_METRICS.stringWidth(text);
    }

    static double smallWidth(String text) {
        return SMALL_METRICS.stringWidth(text);
    }

    /** A text that fits beside others; the whole of it belongs into a tooltip. */
    static String shortened(String text) {
        return shortened(text, LONGEST);
    }

    static String shortened(String text, int longest) {
        String line = XmlText.legal(text);
        if (line.codePointCount(0, line.length()) <= longest) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, longest - 1)) + "…";
    }

    /** As much of the text as is no wider than so many pixels. */
    static String fitting(String text, double pixels) {
        String line = XmlText.legal(text);
        int longest = line.codePointCount(0, line.length());
        String fitting = line;
        while (longest > 1 && width(fitting) > pixels) {
            longest--;
            fitting = shortened(line, longest);
        }
        return fitting;
    }

    private static FontMetrics metrics(Font font) {
        Graphics2D scratch = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB).createGraphics();
        try {
            prepare(scratch);
            return scratch.getFontMetrics(font);
        } finally {
            scratch.dispose();
        }
    }

    /** Draws a text beside the data, where the drawing library lets nothing be seen. */
    static void unclipped(Graphics2D graphics, Runnable drawing) {
        Shape clip = graphics.getClip();
        graphics.setClip(null);
        try {
            drawing.run();
        } finally {
            graphics.setClip(clip);
        }
    }

    static void prepare(Graphics2D graphics) {
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    }
}
