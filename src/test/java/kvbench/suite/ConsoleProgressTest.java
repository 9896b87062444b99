package kvbench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.matrix.Cell;
import kvbench.matrix.Schedule;
import kvbench.plan.Forecast;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.options.TimeValue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The times that a slow machine may move are compared without their figures. */
class ConsoleProgressTest {
    private static final List<ConsoleProgress.Step> STEPS =
            List.of(
                    new ConsoleProgress.Step(cell("PrefillBenchmark.prefill", "none"), 1),
                    new ConsoleProgress.Step(cell("PrefillBenchmark.prefill", "static"), 2));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void writesTwoLinesForEachFork() {
        script(false);
        assertEquals(
                """
                [1/2] PrefillBenchmark strategy=none, fork 1/4  (TIME elapsed, about TIME left)
                        1.500 ms/op
                [2/2] PrefillBenchmark strategy=static, fork 2/4  (TIME elapsed, about TIME left)
                        FAILED: no memory
                """,
                said());
    }

    @Test
    void writesOverOneLineOnATerminal() {
        script(true);
        String none = "[1/2] PrefillBenchmark strategy=none, fork 1/4  ";
        String fixed = "[2/2] PrefillBenchmark strategy=static, fork 2/4  ";
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
        var progress = progress(true);
        progress.begin(0);
        progress.iteration();
        progress.iteration();
        out.reset();
        progress.iteration();
        assertEquals(
                "\r[1/2] PrefillBenchmark strategy=none, fork 1/4  2/2 iterations, TIME elapsed,"
                        + " about TIME left",
                said());
    }

    private void script(boolean live) {
        var progress = progress(live);
        progress.begin(0);
        progress.iteration();
        progress.iteration();
        progress.measured("1.500 ms/op");
        progress.begin(1);
        progress.failed("no memory");
    }

    private ConsoleProgress progress(boolean live) {
        return new ConsoleProgress(
                stream(), live, Set.of("strategy"), new Forecast(Map.of()), STEPS);
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
                new Schedule(4, 1, 1, TimeValue.seconds(1), TimeValue.seconds(1)));
    }
}
