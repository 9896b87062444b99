package kvbench.plan;

import kvbench.engine.Computing;
import kvbench.matrix.Cell;
import kvbench.matrix.Demand;
import kvbench.matrix.Schedule;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * How long the forks still to come will take.
 *
 * <p>A unit is one fork of one cell. It is guessed from the tokens that pass through the model: its
 * trial's setup, and its iterations, of which JMH lets each finish the call that it began, however
 * long that takes. A cell of which a fork was measured is expected to take as long again; the
 * others learn how long a fork takes to start, and of their own kind how long its single shots are.
 */
public final class Forecast {
    /** To fill memory that is to be read. */
    private static final double SECONDS_PER_BYTE_FILLED = 5e-10;

    /** Decode steps that a fork takes before its first single shot. */
    private static final double SECONDS_OF_WARM_UP_STEPS = 0.5;

    private final Map<Cell, Demand> demands;
    private final Map<String, Rates> primed = new HashMap<>();
    private final Map<Cell, Mean> measured = new HashMap<>();
    private final Map<String, Double> corrections = new HashMap<>();

    /** Seconds that forks take longer than was guessed before their first call. */
    private Mean delay = Mean.NONE;

    /** Seconds of forks, on average. */
    private record Mean(double sum, int count) {
        static final Mean NONE = new Mean(0, 0);

        static Mean of(double seconds) {
            return new Mean(seconds, 1);
        }

        static Mean of(Mean a, Mean b) {
            return new Mean(a.sum + b.sum, a.count + b.count);
        }

        double value() {
            return count == 0 ? 0 : sum / count;
        }
    }

    /**
     * A forecast for these cells.
     *
     * @param demands what each cell asks of its model; those without a model are not in it
     */
    public Forecast(Map<Cell, Demand> demands) {
        this.demands = Map.copyOf(demands);
    }

    /** Expects {@code rates} of every cell with this one's model, strategy and way of computing. */
    void prime(Cell cell, Rates rates) {
        primed.put(arm(cell), rates);
    }

    /** Learns from one fork of {@code cell} that has been measured. */
    public void measured(Cell cell, Duration tookOfOneFork) {
        double seconds = tookOfOneFork.toMillis() / 1e3;
        measured.merge(cell, Mean.of(seconds), Mean::of);
        // What a fork took beyond its guess is put down to the larger part of it.
        if (isSingleShot(cell) && calls(cell) > beforeCalls(cell)) {
            corrections.put(kind(cell), Math.max(0, seconds - beforeCalls(cell)) / calls(cell));
        } else {
            delay = Mean.of(delay, Mean.of(seconds - beforeCalls(cell) - corrected(cell)));
        }
    }

    /**
     * Time that all {@code units} take.
     *
     * @param units a cell for each of its forks to come
     */
    public Duration remaining(Collection<Cell> units) {
        double seconds = units.stream().mapToDouble(this::seconds).sum();
        return Duration.ofMillis(Math.round(seconds * 1e3));
    }

    /** Seconds of one fork. */
    private double seconds(Cell cell) {
        Mean own = measured.get(cell);
        if (own != null) {
            return own.value();
        }
        return Math.max(0, beforeCalls(cell) + delay.value()) + corrected(cell);
    }

    private double corrected(Cell cell) {
        return calls(cell) * corrections.getOrDefault(kind(cell), 1.0);
    }

    /** Seconds from a fork's start to its first iteration, its end included. */
    private double beforeCalls(Cell cell) {
        Demand demand = demands.get(cell);
        double start = rates(cell).startSeconds();
        if (demand == null) {
            return start + SECONDS_PER_BYTE_FILLED * bytes(cell);
        }
        double setup = demand.setup().map(rates(cell)::seconds).orElse(0.0);
        return start + setup + (isSingleShot(cell) ? SECONDS_OF_WARM_UP_STEPS : 0);
    }

    /** Seconds of all iterations of a fork. */
    private double calls(Cell cell) {
        Schedule schedule = cell.schedule();
        double call = call(cell);
        if (isSingleShot(cell)) {
            return schedule.iterations() * call;
        }
        if (schedule.iterations() == 0) {
            return 0;
        }
        double iteration = schedule.timedSeconds() / schedule.iterations();
        // The call during which the time runs out is, on average, half done then.
        return schedule.iterations() * (call < iteration ? iteration + call / 2 : call);
    }

    /** Seconds of one call of the benchmark's method. */
    private double call(Cell cell) {
        Demand demand = demands.get(cell);
        return demand == null
                ? 0
                : demand.invocation().stream().mapToDouble(rates(cell)::seconds).sum();
    }

    private Rates rates(Cell cell) {
        Demand demand = demands.get(cell);
        Rates known = primed.get(arm(cell));
        if (known != null) {
            return known;
        }
        return demand == null
                ? Rates.OF_NO_MODEL
                : Rates.assumed(
                        demand.model().config(), demand.computing().type(), demand.strategy());
    }

    private static boolean isSingleShot(Cell cell) {
        return cell.schedule().timedSeconds() == 0;
    }

    private static double bytes(Cell cell) {
        String bytes = cell.param("bytes");
        return bytes == null ? 0 : Double.parseDouble(bytes);
    }

    /** What has rates of its own. */
    private static String arm(Cell cell) {
        return cell.param("model")
                + " "
                + Computing.words(cell::param)
                + " "
                + cell.param(Cell.STRATEGY);
    }

    private static String kind(Cell cell) {
        return cell.benchmarkClass() + " " + arm(cell);
    }

    /** Minutes and seconds. */
    public static String clock(Duration time) {
        return "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
    }
}
