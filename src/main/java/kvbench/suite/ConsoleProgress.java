package kvbench.suite;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Says on the console what is being measured, what came out, and how much time is left. */
final class ConsoleProgress {
    private final PrintStream out;
    private final boolean live;
    private final Set<String> interesting;
    private final long start = System.nanoTime();
    private final Forecast forecast;
    private final List<Cell> cells;
    private int index;
    private long cellStart;
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
        this.forecast = new Forecast(matrix.weights());
    }

    /** A cell begins. */
    void begin(int index) {
        this.index = index;
        cellStart = System.nanoTime();
        if (live) {
            overwrite(heading() + "  " + left());
        } else {
            out.printf("%s  (%s)%n", heading(), left());
            out.flush();
        }
    }

    /** One of the running cell's iterations is over. */
    void iteration(int done) {
        if (live) {
            int all = cells.get(index).schedule().allIterations();
            overwrite(
                    "%s  %d/%d iterations, %s"
                            .formatted(heading(), Math.min(done, all), all, left()));
        }
    }

    /** The running cell is measured. */
    void measured(String result) {
        forecast.measured(cells.get(index), Duration.ofNanos(System.nanoTime() - cellStart));
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
            out.println("        " + outcome);
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
        Duration ahead =
                forecast.remaining(cells.subList(index, cells.size()))
                        .minusNanos(System.nanoTime() - cellStart);
        Duration least = forecast.remaining(cells.subList(index + 1, cells.size()));
        return "%s elapsed, about %s left"
                .formatted(clock(elapsed), clock(ahead.compareTo(least) < 0 ? least : ahead));
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
