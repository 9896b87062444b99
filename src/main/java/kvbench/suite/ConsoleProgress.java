package kvbench.suite;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Says on the console what is being measured, what came out, and how much time is left. */
final class ConsoleProgress {
    /** Where lines cannot be written over, a long cell still shows now and then that it goes on. */
    private static final long SILENCE_NANOS = Duration.ofSeconds(20).toNanos();

    private final PrintStream out;
    private final boolean live;
    private final Set<String> interesting;
    private final long start = System.nanoTime();
    private final Forecast forecast;
    private final List<Cell> cells;
    private int index;
    private long cellStart;
    private int iterations;
    private long saidAt;
    private int liveWidth;

    /**
     * Follows {@code cells}.
     *
     * @param live whether a line may be written over, as on a terminal
     */
    ConsoleProgress(PrintStream out, boolean live, Matrix matrix) {
        this.out = out;
        this.live = live;
        this.interesting = matrix.interesting();
        this.cells = matrix.cells();
        this.forecast = new Forecast(matrix.demands());
    }

    /** A cell begins. */
    void begin(int index) {
        this.index = index;
        cellStart = System.nanoTime();
        iterations = 0;
        if (live) {
            overwrite(heading() + "  " + left());
        } else {
            say("%s  (%s)".formatted(heading(), left()));
        }
    }

    /** One of the running cell's iterations is over. */
    void iteration(int done) {
        iterations = done;
        if (live) {
            overwrite("%s  %s".formatted(heading(), soFar(done)));
        } else if (System.nanoTime() - saidAt > SILENCE_NANOS) {
            say("        " + soFar(done));
        }
    }

    private String soFar(int done) {
        int all = cells.get(index).schedule().allIterations();
        return "%d/%d iterations, %s".formatted(Math.min(done, all), all, left());
    }

    private void say(String line) {
        out.println(line);
        out.flush();
        saidAt = System.nanoTime();
    }

    /** The running cell is measured. */
    void measured(String result) {
        Cell cell = cells.get(index);
        forecast.measured(
                cell,
                Duration.ofNanos(System.nanoTime() - cellStart)
                        .dividedBy(Math.max(1, cell.schedule().forks())));
        end(result);
    }

    /** The running cell failed. */
    void failed(String reason) {
        end("FAILED: " + reason);
    }

    private void end(String outcome) {
        if (live) {
            overwrite(heading() + "  " + outcome);
            out.println();
            liveWidth = 0;
        } else {
            say("        " + outcome);
        }
        out.flush();
    }

    private String heading() {
        int digits = Integer.toString(cells.size()).length();
        return ("[%" + digits + "d/%d] %s")
                .formatted(index + 1, cells.size(), cells.get(index).title(interesting));
    }

    private String left() {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
        Duration ahead = remaining(cells.subList(index + 1, cells.size())).plus(leftOfCell());
        return "%s elapsed, about %s left".formatted(clock(elapsed), clock(ahead));
    }

    /** As forecast, until the cell's own first iterations tell better. */
    private Duration leftOfCell() {
        Duration sinceBegin = Duration.ofNanos(System.nanoTime() - cellStart);
        if (iterations > 0) {
            int toCome = Math.max(0, cells.get(index).schedule().allIterations() - iterations);
            return sinceBegin.multipliedBy(toCome).dividedBy(iterations);
        }
        Duration left = remaining(cells.subList(index, index + 1)).minus(sinceBegin);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Duration remaining(List<Cell> whole) {
        return forecast.remaining(
                whole.stream()
                        .flatMap(
                                cell ->
                                        Collections.nCopies(
                                                Math.max(1, cell.schedule().forks()), cell)
                                                .stream())
                        .toList());
    }

    private void overwrite(String line) {
        out.print("\r" + line + " ".repeat(Math.max(0, liveWidth - line.length())));
        out.flush();
        liveWidth = line.length();
    }

    /** Minutes and seconds. */
    static String clock(Duration time) {
        return "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
    }
}
