package kvbench.chart;

import org.apache.batik.svggen.DOMGroupManager;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

import java.awt.Graphics;

/** Draws into a document; texts keep the point they were aligned by. */
final class SvgGraphics extends SVGGraphics2D {
    private static final String SVG = "http://www.w3.org/2000/svg";

    SvgGraphics(Document document) {
        super(SVGGeneratorContext.createDefault(document), false);
    }

    private SvgGraphics(SvgGraphics other) {
        super(other);
    }

    @Override
    public Graphics create() {
        return new SvgGraphics(this);
    }

    @Override
    public void drawString(String text, float x, float y) {
        if (text.isBlank()) {
            return;
        }
        TextPlacement placement = TextPlacement.of(this);
        double width = getFontMetrics().stringWidth(text);
        Element element = getDOMFactory().createElementNS(SVG, "text");
        element.setAttribute("x", Double.toString(x + placement.offset(width)));
        element.setAttribute("y", Float.toString(y));
        element.setAttribute("stroke", "none");
        element.setAttribute("text-anchor", placement.anchor());
        element.setTextContent(text);
        domGroupManager.addElement(element, DOMGroupManager.FILL);
    }
}
