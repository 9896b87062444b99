package kvbench.chart;

import java.awt.Color;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Colours that are not data; each has a class in the picture, by which a dark page recolours it.
 */
enum Neutral {
    INK(0x1b1f24, 0xe6edf3),
    MUTED(0x57606a, 0x9aa4af),
    AXIS(0x8c959f, 0x6b7480),
    GRID(0xe4e7eb, 0x252b33),
    BAND(0xeef1f5, 0x1c232d),
    PAPER(0xffffff, 0x0d1117);

    private final Color light;
    private final Color dark;

    Neutral(int light, int dark) {
        this.light = new Color(light);
        this.dark = new Color(dark);
    }

    Color color() {
        return light;
    }

    Color dark() {
        return dark;
    }

    String fillClass() {
        return name().toLowerCase(Locale.ROOT) + "-fill";
    }

    String strokeClass() {
        return name().toLowerCase(Locale.ROOT) + "-stroke";
    }

    static Optional<Neutral> of(String hex) {
        return Stream.of(values()).filter(neutral -> hex(neutral.light).equals(hex)).findFirst();
    }

    static String hex(Color color) {
        return "#%06x".formatted(color.getRGB() & 0xffffff);
    }

    static String darkCss() {
        var css = new StringBuilder("@media (prefers-color-scheme: dark) {\n");
        for (Neutral neutral : values()) {
            String hex = hex(neutral.dark);
            css.append("  .chart .")
                    .append(neutral.fillClass())
                    .append(" { fill: ")
                    .append(hex)
                    .append("; }\n");
            css.append("  .chart .")
                    .append(neutral.strokeClass())
                    .append(" { stroke: ")
                    .append(hex)
                    .append("; }\n");
        }
        return css.append("}\n").toString();
    }
}
