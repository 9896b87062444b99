package kvbench.chart;

/** Any text as text of an XML document. */
final class XmlText {
    private static final int REPLACEMENT = 0xfffd;

    private XmlText() {}

    /** The text on one line, with a replacement for each character that XML forbids. */
    static String legal(String text) {
        var legal = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> point == '\n' || point == '\t' || point == '\r' ? ' ' : point)
                .map(point -> isLegal(point) ? point : REPLACEMENT)
                .forEach(legal::appendCodePoint);
        return legal.toString();
    }

    private static boolean isLegal(int point) {
        boolean control = point < 0x20 || point >= 0x7f && point < 0xa0;
        boolean surrogate = point >= 0xd800 && point <= 0xdfff;
        return !control && !surrogate && point != 0xfffe && point != 0xffff;
    }

    static String escaped(String text) {
        return legal(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
