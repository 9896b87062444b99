package kvbench.chart;

import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

/** An SVG read back with the JDK's parser, which refuses what is not well-formed. */
record Picture(String source, Document document) {
    static Picture of(Chart chart) {
        return of(new ChartRenderer().svg(chart, "test"));
    }

    static Picture of(String svg) {
        try {
            var document =
                    DocumentBuilderFactory.newDefaultNSInstance()
                            .newDocumentBuilder()
                            .parse(new InputSource(new StringReader(svg)));
            return new Picture(svg, document);
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new AssertionError(svg, e);
        }
    }

    List<Element> elements(String tag) {
        var elements = new ArrayList<Element>();
        var nodes = document.getElementsByTagName(tag);
        for (int at = 0; at < nodes.getLength(); at++) {
            elements.add((Element) nodes.item(at));
        }
        return elements;
    }

    List<String> texts() {
        return elements("text").stream().map(Element::getTextContent).toList();
    }

    List<Element> hits() {
        return elements("*").stream()
                .filter(element -> element.getAttribute("class").equals("hit"))
                .toList();
    }

    List<String> tips() {
        return hits().stream().map(hit -> hit.getAttribute("data-tip")).toList();
    }

    /** The bar, point or interval with this tooltip. */
    Element hit(String tip) {
        return hits().stream()
                .filter(hit -> hit.getAttribute("data-tip").equals(tip))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no '" + tip + "' in " + tips()));
    }

    static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }
}
