package kvbench.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.awt.Color;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

class LookTest {
    private static final List<String> KNOWN =
            List.of(
                    "none",
                    "dynamic",
                    "static",
                    "host",
                    "chunked",
                    "static-graph",
                    "scatter",
                    "window",
                    "sink",
                    "int8",
                    "int4",
                    "fp8",
                    "fp16",
                    "heavy-hitter");

    @Test
    void aKnownNameLooksTheSameInEveryChart() {
        var all = Look.of(KNOWN);
        for (String name : KNOWN) {
            Look alone = Look.of(List.of("a stranger", name)).get(name);
            assertEquals(all.get(name).color(), alone.color());
            assertEquals(all.get(name).marker(), alone.marker());
            assertTrue(Arrays.equals(all.get(name).dash(), alone.dash()), name);
        }
    }

    @Test
    void noTwoKnownNamesLookAlike() {
        var seen = new HashSet<String>();
        for (Look look : Look.of(KNOWN).values()) {
            assertTrue(
                    seen.add(look.color() + " " + look.marker() + " " + look.fill()),
                    look.toString());
            assertTrue(seen.add(look.color() + Arrays.toString(look.dash())), look.toString());
        }
    }

    @Test
    void aVariantHasTheColourOfItsFamilyInAnotherShapeAndDash() {
        var looks = Look.of(List.of("static", "static@2", "static (base)", "static-graph"));
        for (String variant : List.of("static@2", "static (base)")) {
            assertEquals(looks.get("static").color(), looks.get(variant).color());
            assertNotEquals(looks.get("static").marker(), looks.get(variant).marker());
            assertTrue(
                    !Arrays.equals(looks.get("static").dash(), looks.get(variant).dash()), variant);
        }
        assertNotEquals(looks.get("static@2").marker(), looks.get("static (base)").marker());
        assertNotEquals(looks.get("static").color(), looks.get("static-graph").color());
    }

    @Test
    void strangersTakeColoursThatTheKnownLeave() {
        var looks = Look.of(List.of("mine", "dynamic", "yours", "static"));

        assertEquals(4, looks.values().stream().map(Look::color).distinct().count());
    }

    /** WCAG 2.2, success criterion 1.4.11, asks for 3 between graphics and what is around. */
    @Test
    void coloursAreReadableOnWhiteAndOnDark() {
        for (Color color : Look.palette()) {
            for (Color paper : List.of(Color.WHITE, new Color(0x0d1117))) {
                assertTrue(
                        contrast(color, paper) >= 3,
                        Neutral.hex(color) + " on " + Neutral.hex(paper));
            }
        }
        for (Neutral text : List.of(Neutral.INK, Neutral.MUTED)) {
            assertTrue(contrast(text.color(), Neutral.PAPER.color()) >= 4.5, text.name());
            assertTrue(contrast(text.dark(), Neutral.PAPER.dark()) >= 4.5, text.name());
        }
    }

    private static double contrast(Color first, Color second) {
        double light = Math.max(luminance(first), luminance(second));
        double dark = Math.min(luminance(first), luminance(second));
        return (light + 0.05) / (dark + 0.05);
    }

    private static double luminance(Color color) {
        double[] linear =
                Stream.of(color.getRed(), color.getGreen(), color.getBlue())
                        .mapToDouble(part -> part / 255.0)
                        .map(
                                part ->
                                        part <= 0.04045
                                                ? part / 12.92
                                                : Math.pow((part + 0.055) / 1.055, 2.4))
                        .toArray();
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }
}
