package kvbench.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;

import org.junit.jupiter.api.Test;

import java.util.List;

class TextTableTest {
    @Test
    void wordsStandLeftAndNumbersRight() {
        assertEquals(
                """
                Heading

                name   time
                          s
                ----  -----
                a      1.50
                bc    12346

                A note.
                """,
                TextTable.render(
                        new Table(
                                "Heading",
                                List.of(Column.words("name"), Column.numbers("time", "s")),
                                List.of(
                                        List.of(Cell.words("a"), Cell.number(1.5, 1)),
                                        List.of(Cell.words("bc"), Cell.number(12.3456, 1000))),
                                List.of("A note."))));
    }

    @Test
    void aNameIsNotBrokenWhereColumnsCanGoBelow() {
        String name = "20261125T174809Z-de0fe4f9-first";
        String figure = "1".repeat(30);
        Table table =
                new Table(
                        "Heading",
                        List.of(
                                Column.words("run"),
                                Column.numbers("a", ""),
                                Column.numbers("b", ""),
                                Column.numbers("c", "")),
                        List.of(
                                List.of(
                                        Cell.words(name),
                                        Cell.words(figure),
                                        Cell.words(figure),
                                        Cell.words(figure))),
                        List.of());
        String text = TextTable.render(table);
        assertEquals(
                List.of(name + "  " + figure + "  " + figure, name + "  " + figure),
                text.lines().filter(line -> line.startsWith("2026")).toList());
    }

    @Test
    void aNameIsBrokenWhereNothingElseCanGiveWay() {
        String text =
                TextTable.render(
                        new Table(
                                "Heading",
                                List.of(Column.words("run"), Column.numbers("a", "")),
                                List.of(
                                        List.of(
                                                Cell.words("x".repeat(31)),
                                                Cell.words("1".repeat(88)))),
                                List.of()));
        assertTrue(text.lines().allMatch(line -> line.length() <= 110), text);
    }

    @Test
    void longWordsWrapWithinTheWidth() {
        String text =
                TextTable.render(
                        new Table(
                                "Heading",
                                List.of(Column.words("name"), Column.words("reason")),
                                List.of(
                                        List.of(
                                                Cell.words("arm"),
                                                Cell.words("word ".repeat(40).strip()))),
                                List.of()));
        // 110 less 4 of the name and 2 between leave 104: 21 words and the blanks between them
        assertEquals(
                List.of(
                        "arm   " + "word ".repeat(21).strip(),
                        "      " + "word ".repeat(19).strip()),
                text.lines().skip(4).toList());
        assertTrue(text.lines().allMatch(line -> line.length() <= 110), text);
    }

    @Test
    void aNoteHangsUnderItsFirstWord() {
        assertEquals(
                List.of("x".repeat(100), "  " + "y".repeat(100)),
                TextTable.hanging("x".repeat(100) + " " + "y".repeat(100)));
    }

    @Test
    void aRowOfAnotherLengthIsRefused() {
        assertEquals(
                "a row of 2 cells in a table of 1 columns",
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        new Table(
                                                "",
                                                List.of(Column.words("a")),
                                                List.of(List.of(Cell.words("1"), Cell.words("2"))),
                                                List.of()))
                        .getMessage());
    }
}
