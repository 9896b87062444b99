package kvbench.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void isANumberOrAReason() {
        assertEquals(
                "expected a number, or NaN with a reason, found NaN with \"\"",
                assertThrows(IllegalArgumentException.class, () -> Figure.of(Double.NaN))
                        .getMessage());
        assertEquals(
                "expected a number, or NaN with a reason, found 1.0 with \"why\"",
                assertThrows(IllegalArgumentException.class, () -> new Figure(1, "why"))
                        .getMessage());
    }

    @Test
    void addsAndSubtractsNumbers() {
        assertEquals(Figure.of(7), Figure.of(5).plus(Figure.of(2)));
        assertEquals(Figure.of(3), Figure.of(5).minus(Figure.of(2)));
    }

    @Test
    void whatIsReckonedFromAnUnknownIsUnknownForTheFirstReason() {
        Figure first = Figure.unknown("first");
        Figure second = Figure.unknown("second");
        assertEquals(first, first.plus(Figure.of(2)));
        assertEquals(second, Figure.of(2).minus(second));
        assertEquals(first, first.minus(second));
    }
}
