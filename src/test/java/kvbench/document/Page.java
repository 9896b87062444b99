package kvbench.document;

import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;

/** An HTML page as a tree, if it is well formed but for what HTML leaves open. */
public final class Page {
    private final org.w3c.dom.Document tree;

    private Page(org.w3c.dom.Document tree) {
        this.tree = tree;
    }

    public static Page of(String html) {
        String xml =
                html.replaceFirst("^<!DOCTYPE html>", "")
                        .replaceAll("<meta([^>]*)>", "<meta$1/>")
                        .replaceAll("(?s)<script>.*?</script>", "<script/>");
        try {
            DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
            builder.setErrorHandler(null);
            return new Page(builder.parse(new InputSource(new StringReader(xml))));
        } catch (Exception e) {
            throw new AssertionError("a page that is not well formed: " + e.getMessage(), e);
        }
    }

    public List<Element> all(String tag) {
        return all(tree.getDocumentElement(), tag);
    }

    public static List<Element> all(Element in, String tag) {
        var elements = new ArrayList<Element>();
        NodeList nodes = in.getElementsByTagName(tag);
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    public List<String> texts(String tag) {
        return all(tag).stream().map(Element::getTextContent).map(String::strip).toList();
    }
}
