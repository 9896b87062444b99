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

    /**
     * For one token to pass one weight, before any cell of a kind was measured: a small machine.
     */
    private static final double SECONDS_PER_WEIGHT = 1.5e-11;

    private static final long WEIGHTS_OF_AN_UNKNOWN_MODEL = 6_000_000;

    private static final double TOKENS_PER_TURN = 90;

    private final Map<String, Double> secondsPerWork = new HashMap<>();
    private final Map<String, Long> weights;

    /**
     * A forecast for cells of these models.
     *
     * @param weights number of weights of each model, by the name that the cells give it
     */
    Forecast(Map<String, Long> weights) {
        this.weights = Map.copyOf(weights);
    }

    /** Learns from a cell that has been measured. */
    void measured(Cell cell, Duration took) {
        if (cell.schedule().timedSeconds() == 0) {
            double seconds = took.toMillis() / 1e3 - SECONDS_PER_FORK * cell.schedule().forks();
            secondsPerWork.put(
                    kind(cell),
                    Math.max(0, seconds) / (work(cell) * cell.schedule().iterations()));
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
                                * schedule.iterations()
                                * secondsPerWork.getOrDefault(kind(cell), firstGuess(cell));
        return SECONDS_PER_FORK * schedule.forks() + measuring;
    }

    private double firstGuess(Cell cell) {
        String model = cell.param("model");
        return SECONDS_PER_WEIGHT
                * (model == null
                        ? WEIGHTS_OF_AN_UNKNOWN_MODEL
                        : weights.getOrDefault(model, WEIGHTS_OF_AN_UNKNOWN_MODEL));
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
