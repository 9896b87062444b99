package kvbench.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.List;

class SpanTest {
    private static List<String> ticks(Axis axis, Double... values) {
        return Span.of(axis, List.of(values)).ticks().stream().map(axis::text).toList();
    }

    @Test
    void powersOfTwoAreTheTicksOfALogarithmicAxis() {
        assertEquals(
                List.of("128", "512", "2,048"), ticks(Axis.log("depth"), 128.0, 512.0, 2048.0));
    }

    @Test
    void otherLogarithmicAxesHaveDecades() {
        assertEquals(List.of("1", "10", "100", "1,000"), ticks(Axis.log("ms"), 0.7, 3000.0));
        assertEquals(List.of("20", "50", "100", "200"), ticks(Axis.log("ms"), 13.0, 300.0));
        assertEquals(
                List.of("0.9", "0.95", "1", "1.05", "1.1"), ticks(Axis.log("ratio"), 0.88, 1.1));
    }

    @Test
    void bytesHaveBinaryTicks() {
        assertEquals(
                List.of("0 B", "16 MiB", "32 MiB", "48 MiB", "64 MiB", "80 MiB", "96 MiB"),
                ticks(Axis.linear("held").inBytes().fromZero(), 1e6, 101e6));
        assertEquals(
                List.of("1 KiB", "4 KiB", "16 KiB", "64 KiB", "256 KiB", "1 MiB", "4 MiB"),
                ticks(Axis.log("held").inBytes(), 1000.0, 7e6));
    }

    @Test
    void depthsHaveBinaryTicksOnALinearAxisToo() {
        assertEquals(
                List.of("0", "2,048", "4,096", "6,144", "8,192"),
                ticks(Axis.linear("depth").fromZero(), 1024.0, 3072.0, 8192.0));
    }

    @Test
    void turnsHaveATickEach() {
        assertEquals(
                List.of("1", "2", "3", "4"), ticks(Axis.linear("turn"), 1.0, 2.0, 3.0, 3.0, 4.0));
    }

    @Test
    void ticksOfShortStretchesKeepTheirDigits() {
        assertEquals(
                List.of("0", "0.1", "0.2", "0.3"),
                ticks(Axis.linear("s").fromZero(), 0.3).stream()
                        .filter(t -> t.length() <= 3)
                        .toList());
    }

    @Test
    void numbersReadTheSameEverywhere() {
        assertEquals("16,384", ValueFormat.PLAIN.text(16_384));
        assertEquals("0.0123", ValueFormat.PLAIN.text(0.0123));
        assertEquals("12.3", ValueFormat.PLAIN.text(12.34));
        assertEquals("2.5 M", ValueFormat.PLAIN.text(2.5e6));
        assertEquals("1.5 KiB", ValueFormat.BYTES.text(1536));
        assertEquals("3.25 GiB", ValueFormat.BYTES.text(3.25 * (1 << 30)));
        assertEquals("50 %", ValueFormat.PERCENT.text(0.5));
        assertEquals("0", ValueFormat.PLAIN.text(-0.0));
    }
}
