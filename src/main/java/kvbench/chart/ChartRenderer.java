package kvbench.chart;

import org.jfree.chart.text.TextUtils;

import java.awt.AWTError;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

/**
 * Draws charts as SVG and PNG.
 *
 * <p>An SVG stands in a page or in a file of its own: it has no script, no style sheet and no fixed
 * size, its texts are texts, and each of its points answers to the pointer with a tooltip: an
 * element of class {@code hit} with the text in a {@code title} and in {@code data-tip}. The same
 * chart gives the same bytes on the same machine.
 *
 * <p>Texts are measured with the machine's fonts, so a Java runtime without any cannot draw: ask
 * {@link #unavailable} first. Not for use by several threads at once.
 */
public final class ChartRenderer {
    private static final Pattern SLUG = Pattern.compile("[a-z][a-z0-9-]*");
    private static final String HEADLESS = "java.awt.headless";

    private static final String FONTS =
            "install fonts (Debian, Ubuntu: apt-get install fontconfig fonts-dejavu-core;"
                    + " Fedora: dnf install fontconfig dejavu-sans-fonts)";

    private final Optional<String> unavailable;

    /** Tries whether this Java runtime can draw; never throws. */
    public ChartRenderer() {
        this.unavailable = Machine.UNAVAILABLE;
    }

    ChartRenderer(Runnable trial) {
        this.unavailable = failure(trial);
    }

    /** Why nothing can be drawn here and what mends it, or empty where charts can be drawn. */
    public Optional<String> unavailable() {
        return unavailable;
    }

    /**
     * The chart as an SVG element, fit for an HTML page and for a file.
     *
     * @param slug begins the ids in the picture: unique in a page, lower-case letters, digits and
     *     hyphens
     */
    public String svg(Chart chart, String slug) {
        if (!SLUG.matcher(slug).matches()) {
            throw new IllegalArgumentException(
                    "a slug is lower-case letters, digits and hyphens, this is '" + slug + "'");
        }
        requireAvailable();
        Figure figure = figure(chart);
        try {
            var document =
                    DocumentBuilderFactory.newDefaultNSInstance()
                            .newDocumentBuilder()
                            .newDocument();
            var graphics = new SvgGraphics(document);
            List<Hit> hits = figure.draw(graphics);
            return SvgWriter.write(graphics.getRoot(), figure, hits, slug);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("the JDK's own XML parser cannot be had", e);
        }
    }

    /** The chart as a PNG file on white paper, {@code scale} pixels for each of the SVG's units. */
    public byte[] png(Chart chart, int scale) {
        if (scale < 1) {
            throw new IllegalArgumentException("a scale is 1 or more, this is " + scale);
        }
        requireAvailable();
        Figure figure = figure(chart);
        var image =
                new BufferedImage(
                        Figure.WIDTH * scale, figure.height() * scale, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            Type.prepare(graphics);
            graphics.setPaint(Neutral.PAPER.color());
            graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
            graphics.scale(scale, scale);
            figure.draw(graphics);
        } finally {
            graphics.dispose();
        }
        var bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("a picture could not be written to memory", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Rules for a page that follows the reader's dark mode: they recolour texts, axes, grid and
     * paper of SVGs in the page. Colours of data are made for both.
     */
    public static String darkModeCss() {
        return Neutral.darkCss();
    }

    private static Figure figure(Chart chart) {
        return switch (chart) {
            case BarChart bars -> BarFigure.of(bars);
            case XyChart points -> XyFigure.of(points);
            case IntervalChart intervals -> IntervalFigure.of(intervals);
        };
    }

    private void requireAvailable() {
        unavailable.ifPresent(
                reason -> {
                    throw new IllegalStateException(reason);
                });
    }

    /** The smallest picture that needs all that drawing needs. */
    private static void tryDrawing() {
        // No window is ever opened; a user who sets the property has a reason.
        if (System.getProperty(HEADLESS) == null) {
            System.setProperty(HEADLESS, "true");
        }
        // Else the drawing library turns slanted texts into outlines.
        TextUtils.setUseDrawRotatedStringWorkaround(false);
        if (Type.width("0") <= 0) {
            throw new IllegalStateException("the font has no width");
        }
    }

    /**
     * What this Java runtime can do. Asked once: a library that failed to start fails differently
     * the next time.
     */
    private static final class Machine {
        static final Optional<String> UNAVAILABLE = failure(ChartRenderer::tryDrawing);
    }

    private static Optional<String> failure(Runnable trial) {
        try {
            trial.run();
            return Optional.empty();
        } catch (RuntimeException | LinkageError | InternalError e) {
            return Optional.of(reason(e, FONTS));
        } catch (AWTError e) {
            return Optional.of(reason(e, "leave out -Djava.awt.headless=false"));
        }
    }

    private static String reason(Throwable failure, String remedy) {
        return "no charts: this Java runtime cannot set text (" + rootOf(failure) + "); " + remedy;
    }

    private static String rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null
                ? root.getClass().getSimpleName()
                : XmlText.legal(root.getMessage());
    }
}
