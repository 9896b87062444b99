package kvbench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The times that a slow machine may move are compared without their figures. */
class ConsoleProgressTest {
    private static final Matrix MATRIX =
            new Matrix(
                    List.of(
                            cell("PrefillBenchmark.prefill", "none"),
                            cell("PrefillBenchmark.prefill", "static")),
                    List.of(),
                    Map.of());

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void writesTwoLinesForEachCell() {
        script(false);
        assertEquals(
                """
                [1/2] PrefillBenchmark strategy=none  (TIME elapsed, about TIME left)
                        1.500 ms/op
                [2/2] PrefillBenchmark strategy=static  (TIME elapsed, about TIME left)
                        FAILED: no memory
                """,
                said());
    }

    @Test
    void writesOverOneLineOnATerminal() {
        script(true);
        String none = "[1/2] PrefillBenchmark strategy=none  ";
        String fixed = "[2/2] PrefillBenchmark strategy=static  ";
        String left = "TIME elapsed, about TIME left";
        // 29 columns, of which TIME stands for four.
        assertEquals(
                "\r"
                        + none
                        + left
                        + "\r"
                        + none
                        + "1/2 iterations, "
                        + left
                        + "\r"
                        + none
                        + "2/2 iterations, "
                        + left
                        + "\r"
                        + none
                        + "1.500 ms/op"
                        + " ".repeat(34)
                        + "\n"
                        + "\r"
                        + fixed
                        + left
                        + "\r"
                        + fixed
                        + "FAILED: no memory"
                        + " ".repeat(12)
                        + "\n",
                said());
    }

    @Test
    void countsNoMoreIterationsThanThereAre() {
        var progress = new ConsoleProgress(stream(), true, MATRIX);
        progress.begin(0);
        progress.iteration(3);
        assertEquals(
                "\r[1/2] PrefillBenchmark strategy=none  TIME elapsed, about TIME left"
                        + "\r[1/2] PrefillBenchmark strategy=none  2/2 iterations, TIME elapsed,"
                        + " about TIME left",
                said());
    }

    @Test
    void showsMinutesAndSeconds() {
        assertEquals("0:00", ConsoleProgress.clock(Duration.ZERO));
        assertEquals("1:05", ConsoleProgress.clock(Duration.ofSeconds(65)));
        assertEquals("125:59", ConsoleProgress.clock(Duration.ofSeconds(125 * 60 + 59)));
    }

    private void script(boolean live) {
        var progress = new ConsoleProgress(stream(), live, MATRIX);
        progress.begin(0);
        progress.iteration(1);
        progress.iteration(2);
        progress.measured("1.500 ms/op");
        progress.begin(1);
        progress.failed("no memory");
    }

    private PrintStream stream() {
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8)
                .replace(System.lineSeparator(), "\n")
                .replaceAll("\\d:\\d\\d", "TIME");
    }

    private static Cell cell(String benchmark, String strategy) {
        return new Cell(
                "kvbench.bench." + benchmark,
                Map.of("strategy", strategy, "model", "tiny"),
                new Schedule(1, 2, 2));
    }
}
