package kvbench.plan;

import kvbench.cache.CacheStrategy;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.engine.Computing;
import kvbench.engine.Engine;
import kvbench.engine.ModelMemory;
import kvbench.matrix.Cell;
import kvbench.matrix.Demand;
import kvbench.matrix.FailureReason;
import kvbench.matrix.JmhOptions;
import kvbench.matrix.Machine;
import kvbench.matrix.MachineLock;
import kvbench.matrix.Matrix;
import kvbench.matrix.MemoryNeed;
import kvbench.matrix.RunRequest;
import kvbench.model.InputException;

import org.openjdk.jmh.runner.RunnerException;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells what a run would need, before it is run. Writes nothing and makes no weights. */
public final class Planner {
    private static final double NANOS_PER_SECOND = 1e9;

    private final RunRequest request;
    private final JmhOptions options;
    private final Matrix matrix;
    private final List<Cell> cells;
    private final Forecast forecast;
    private final List<String> basis = new ArrayList<>();

    /** Whether the times come from running the models for a while. */
    public enum Probing {
        PROBE,
        ASSUME
    }

    /** What has rates of its own, but for the strategy. */
    private record Place(String model, Computing computing) {
        static Place of(Cell cell) {
            return new Place(cell.param("model"), Computing.of(cell::param));
        }

        @Override
        public String toString() {
            return "%s on %s".formatted(model, computing);
        }
    }

    private Planner(RunRequest request) {
        this.request = request;
        options = JmhOptions.of(request.words());
        options.requireProfilers();
        matrix = Matrix.of(options).withRepeats(request.repeatArms());
        cells = request.shard().of(matrix.cells()).stream().map(matrix.cells()::get).toList();
        forecast = new Forecast(matrix.demands());
    }

    /**
     * The plan of the run that {@code request} asks for.
     *
     * @throws InputException if the run could not begin, or a probe cannot since another JMH runs
     */
    public static Plan plan(RunRequest request, Probing probing) {
        return new Planner(request).plan(probing);
    }

    private Plan plan(Probing probing) {
        Map<Place, List<Cell>> places = places();
        if (cells.isEmpty()) {
            if (!matrix.cells().isEmpty()) {
                basis.add("shard %s holds no cell of this matrix".formatted(request.shard()));
            }
        } else if (probing == Probing.ASSUME) {
            basis.add("no probe: times are those of a small machine (two cores of a server)");
        } else if (!places.isEmpty()) {
            // A probe beside a measurement would disturb both.
            try (MachineLock _ = MachineLock.take()) {
                noteLoad();
                places.forEach(this::probe);
            }
        }
        return new Plan(
                cells.stream().map(this::arm).toList(),
                matrix.vetoed(),
                models(),
                DiskNeed.of(cells, request.parent()),
                Machine.here().memoryBytes(),
                basis,
                warnings());
    }

    private List<String> warnings() {
        return Stream.concat(
                        Warnings.of(
                                new Matrix(cells, matrix.vetoed(), matrix.demands()),
                                Machine.here())
                                .stream(),
                        ForkNeed.warning(cells, forecast).stream())
                .toList();
    }

    /** A load above the processors makes a probe slow, and the times that it tells long. */
    private void noteLoad() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        if (system.getSystemLoadAverage() > system.getAvailableProcessors()) {
            basis.add(
                    String.format(
                            Locale.ROOT,
                            "load: %.1f on %d processors as the probe began, so that its times are"
                                    + " those of a busy machine",
                            system.getSystemLoadAverage(),
                            system.getAvailableProcessors()));
        }
    }

    private Map<Place, List<Cell>> places() {
        return cells.stream()
                .filter(cell -> matrix.demands().containsKey(cell))
                .collect(Collectors.groupingBy(Place::of, LinkedHashMap::new, Collectors.toList()));
    }

    /** Runs the model of these cells for a few seconds, and has the forecast expect its rates. */
    private void probe(Place place, List<Cell> here) {
        ModelFolder model = matrix.demands().get(here.getFirst()).model();
        if (!model.hasWeights()) {
            basis.add(
                    "no probe of %s, whose weights are still to be made: its times are those of a small machine (two cores of a server)"
                            .formatted(place));
            return;
        }
        long begin = System.nanoTime();
        double start = start(place, here.getFirst());
        var rates = new LinkedHashMap<CacheStrategy, Rates>();
        try (var engine = new Engine(model, place.computing(), Progress.SILENT)) {
            var probe = new Probe(engine, longest(here));
            for (Cell cell : here) {
                forecast.prime(
                        cell,
                        rates.computeIfAbsent(
                                matrix.demands().get(cell).strategy(),
                                strategy -> probe.of(strategy, start)));
            }
        }
        basis.add(
                String.format(
                        Locale.ROOT,
                        "probe of %s: %.1f s, in which a fork started and ended in %.1f s, and"
                                + " passes and steps were run with %s",
                        place,
                        (System.nanoTime() - begin) / NANOS_PER_SECOND,
                        start,
                        rates.keySet().stream()
                                .map(CacheStrategy::toString)
                                .collect(Collectors.joining(", "))));
    }

    private double start(Place place, Cell cell) {
        try {
            return new StartProbe(options.all()).seconds(cell);
        } catch (RunnerException e) {
            throw InputException.unusable(
                    "probe of %s: expected a fork to start, found that it failed (%s). Plan with --no-probe, or mend that: bench would fail too."
                            .formatted(place, FailureReason.of(e)),
                    e);
        }
    }

    private long longest(List<Cell> here) {
        return here.stream()
                .mapToLong(cell -> matrix.demands().get(cell).longestSequence())
                .max()
                .orElseThrow();
    }

    private Plan.Arm arm(Cell cell) {
        Demand demand = matrix.demands().get(cell);
        int forks = cell.schedule().forks();
        double seconds =
                forecast.remaining(Collections.nCopies(Math.max(1, forks), cell)).toMillis() / 1e3;
        return new Plan.Arm(
                cell.benchmark(),
                cell.params(),
                forks,
                seconds,
                demand == null ? withoutModel(cell) : MemoryNeed.of(demand));
    }

    private static MemoryNeed withoutModel(Cell cell) {
        long bytes = Long.parseLong(cell.param("bytes"));
        return cell.copiesOnDevice() ? MemoryNeed.ofCopying(bytes) : MemoryNeed.ofHeap(bytes);
    }

    private List<Plan.ModelNeed> models() {
        var needs = new LinkedHashMap<String, Plan.ModelNeed>();
        for (Cell cell : cells) {
            Demand demand = matrix.demands().get(cell);
            if (demand != null) {
                needs.computeIfAbsent(cell.param("model"), name -> need(name, demand));
            }
        }
        return List.copyOf(needs.values());
    }

    private static Plan.ModelNeed need(String name, Demand demand) {
        ModelMemory memory = demand.memory();
        return new Plan.ModelNeed(
                name,
                memory.config().parameters(),
                memory.mappedBytes(),
                memory.privateBytes(),
                toMake(demand));
    }

    private static Optional<Plan.ToMake> toMake(Demand demand) {
        long bytes = demand.memory().mappedBytes();
        return demand.model().hasWeights()
                ? Optional.empty()
                : Optional.of(
                        new Plan.ToMake(
                                DiskNeed.in(demand.model().path(), bytes),
                                bytes > ModelFolder.LARGEST_MADE_UNASKED));
    }
}
