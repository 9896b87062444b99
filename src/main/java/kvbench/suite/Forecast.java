package kvbench.suite;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How long the cells still to come will take.
 *
 * <p>A cell that JMH times for so many seconds is known beforehand. One whose iteration is a whole
 * answer is guessed from its turns and tokens, at a rate that each measured cell of its kind
 * corrects.
 */
final class Forecast {
    /** To start a fork, load the model and end. */
    private static final double SECONDS_PER_FORK = 1.5;

    /** Before any cell of a kind was measured: a small model on a small machine. */
    private static final double SECONDS_PER_WORK = 2e-4;

    private static final double TOKENS_PER_TURN = 90;

    private final Map<String, Double> secondsPerWork = new HashMap<>();

    /** Learns from a cell that has been measured. */
    void measured(Cell cell, Duration took) {
        if (cell.schedule().timedSeconds() == 0) {
            double seconds = took.toMillis() / 1e3 - SECONDS_PER_FORK * cell.schedule().forks();
            secondsPerWork.put(
                    kind(cell),
                    Math.max(0, seconds) / (work(cell) * cell.schedule().allIterations()));
        }
    }

    Duration remaining(List<Cell> cells) {
        double seconds = cells.stream().mapToDouble(this::seconds).sum();
        return Duration.ofMillis((long) (seconds * 1e3));
    }

    private double seconds(Cell cell) {
        Schedule schedule = cell.schedule();
        double measuring =
                schedule.timedSeconds() > 0
                        ? schedule.timedSeconds() * Math.max(1, schedule.forks())
                        : work(cell)
                                * schedule.allIterations()
                                * secondsPerWork.getOrDefault(kind(cell), SECONDS_PER_WORK);
        return SECONDS_PER_FORK * schedule.forks() + measuring;
    }

    private static String kind(Cell cell) {
        return cell.benchmarkClass() + " " + cell.param("strategy") + " " + cell.param("model");
    }

    /**
     * Tokens that pass through the model, in relation: without a cache each new one brings all
     * before it along.
     */
    private static double work(Cell cell) {
        double turns = number(cell, "turns", 1);
        double prompt = number(cell, "promptTokens", TOKENS_PER_TURN);
        double budget = number(cell, "tokenBudget", 0);
        double prompts = prompt * turns * (turns + 1) / 2;
        return "none".equals(cell.param("strategy")) ? prompts * budget : prompts + budget * turns;
    }

    private static double number(Cell cell, String name, double otherwise) {
        String text = cell.param(name);
        return text == null ? otherwise : Double.parseDouble(text);
    }
}
