package kvbench.suite;

import kvbench.matrix.Cell;
import kvbench.plan.Forecast;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Says on the console what is being measured, what came out, and how much time is left. */
final class ConsoleProgress {
    /** Where lines cannot be written over, a long fork still shows now and then that it goes on. */
    private static final long SILENCE_NANOS = Duration.ofSeconds(20).toNanos();

    private final PrintStream out;
    private final boolean live;
    private final Set<String> interesting;
    private final long start = System.nanoTime();
    private final Forecast forecast;
    private final List<Step> steps;
    private int index;
    private long stepStart;
    private int iterations;
    private long saidAt;
    private int liveWidth;

    /**
     * One fork that is going to be run.
     *
     * @param cell what it measures
     * @param fork number of the fork within its cell
     */
    record Step(Cell cell, int fork) {}

    /**
     * Follows {@code steps}.
     *
     * @param live whether a line may be written over, as on a terminal
     * @param interesting parameters that tell the cells apart
     */
    ConsoleProgress(
            PrintStream out,
            boolean live,
            Set<String> interesting,
            Forecast forecast,
            List<Step> steps) {
        this.out = out;
        this.live = live;
        this.interesting = interesting;
        this.forecast = forecast;
        this.steps = List.copyOf(steps);
    }

    /** A fork begins. */
    void begin(int index) {
        this.index = index;
        stepStart = System.nanoTime();
        iterations = 0;
        if (live) {
            overwrite(heading() + "  " + left());
        } else {
            say("%s  (%s)".formatted(heading(), left()));
        }
    }

    /** One of the running fork's iterations is over. */
    void iteration() {
        iterations++;
        if (live) {
            overwrite("%s  %s".formatted(heading(), soFar()));
        } else if (System.nanoTime() - saidAt > SILENCE_NANOS) {
            say("        " + soFar());
        }
    }

    private String soFar() {
        int all = cell().schedule().iterations();
        return "%d/%d iterations, %s".formatted(Math.min(iterations, all), all, left());
    }

    private void say(String line) {
        out.println(line);
        out.flush();
        saidAt = System.nanoTime();
    }

    /** The running fork is measured. */
    void measured(String result) {
        forecast.measured(cell(), Duration.ofNanos(System.nanoTime() - stepStart));
        end(result);
    }

    /** The running fork failed. */
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

    private Cell cell() {
        return steps.get(index).cell();
    }

    private String heading() {
        int digits = Integer.toString(steps.size()).length();
        return ("[%" + digits + "d/%d] %s, fork %d/%d")
                .formatted(
                        index + 1,
                        steps.size(),
                        cell().title(interesting),
                        steps.get(index).fork(),
                        cell().schedule().forks());
    }

    private String left() {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
        Duration ahead = remaining(index + 1, steps.size()).plus(leftOfStep());
        return "%s elapsed, about %s left"
                .formatted(Forecast.clock(elapsed), Forecast.clock(ahead));
    }

    /** As forecast, until the fork's own first iterations tell better. */
    private Duration leftOfStep() {
        Duration sinceBegin = Duration.ofNanos(System.nanoTime() - stepStart);
        if (iterations > 0) {
            int toCome = Math.max(0, cell().schedule().iterations() - iterations);
            return sinceBegin.multipliedBy(toCome).dividedBy(iterations);
        }
        Duration left = remaining(index, index + 1).minus(sinceBegin);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Duration remaining(int from, int to) {
        return forecast.remaining(steps.subList(from, to).stream().map(Step::cell).toList());
    }

    private void overwrite(String line) {
        out.print("\r" + line + " ".repeat(Math.max(0, liveWidth - line.length())));
        out.flush();
        liveWidth = line.length();
    }
}
