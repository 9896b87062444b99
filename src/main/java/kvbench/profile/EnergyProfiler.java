package kvbench.profile;

import kvbench.gpu.GpuDevice;
import kvbench.gpu.Reading;
import kvbench.memory.Figure;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * {@code energy}: what the GPU uses in an iteration, by the energy counter of NVIDIA's driver.
 *
 * <p>{@code energy.device} is the difference of the counter between the beginning and the end of
 * the iteration's work, in joules; {@code energy.device.norm} is that per operation, and {@code
 * energy.device.token} per token that was generated, of benchmarks that count them. It is the whole
 * board's, of all processes, with what it uses at rest, and with the steps that JMH takes outside
 * of the clock. The host's energy is left out. Nothing is done while the iteration runs.
 *
 * <p>The driver moves the counter on every 20 to 100 ms, depending on the device, so either end may
 * be off by as much: of an iteration of 1 s by 10 %, of one of 10 s by 1 %. A shorter one than 1 s
 * is NaN: it would say more of the counter than of the work. Volta's and later devices have it; a
 * part of a device (MIG) has none of its own.
 *
 * <p>What cannot be told is NaN; why, stands beside it in the result, and is printed once per fork.
 * It fails no run.
 */
public final class EnergyProfiler implements InternalProfiler {
    static final String USED = "energy.device";
    static final String PER_OPERATION = "energy.device.norm";
    static final String PER_TOKEN = "energy.device.token";

    /** Ten times the longest that the counter may stand still. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /**
     * One look at the counter.
     *
     * @param joules since the driver was loaded
     * @param nanos when
     */
    private record Look(Reading<Double> joules, long nanos) {}

    private final OwnDevice device;
    private final LongSupplier clock;
    private final Consumer<String> log;
    private Optional<Look> begin = Optional.empty();
    private Optional<Look> end = Optional.empty();
    private boolean hasTold;

    /** The profiler that JMH makes, of this machine's GPU. */
    public EnergyProfiler() {
        this(OwnDevice.ofThisMachine(), System::nanoTime, OwnDevice::toTheLog);
    }

    /**
     * A profiler of another GPU.
     *
     * @param clock in nanoseconds
     * @param log told once, in one line, what cannot be told and why
     */
    EnergyProfiler(OwnDevice device, LongSupplier clock, Consumer<String> log) {
        this.device = device;
        this.clock = clock;
        this.log = log;
    }

    @Override
    public String getDescription() {
        return "Energy that the GPU uses in an iteration, by NVML's counter ("
                + device.here()
                + ")";
    }

    /** What the user should know before a run, or empty where NVML answers. */
    Optional<String> remark() {
        return device.remark("energy");
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        device.open();
        Watched.drainTokens();
        begin = Optional.of(look());
        Watched.whenWorkBegins(this, () -> begin = Optional.of(look()));
        Watched.whenWorkEnds(this, () -> end = Optional.of(look()));
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        Watched.readAtTheLatest(this);
        OptionalLong tokens = Watched.drainTokens();
        Figure used = used(begin.orElseThrow(), end.orElseThrow());
        tellWhyNot(used);
        return Stream.of(
                        SuiteResults.of(USED, used, "J"),
                        SuiteResults.of(PER_OPERATION, Operations.per(used, result), "J/op"),
                        SuiteResults.of(PER_TOKEN, Operations.perToken(used, tokens), "J/token"))
                .flatMap(List::stream)
                .toList();
    }

    private Look look() {
        return new Look(device.now().then(GpuDevice::energy), clock.getAsLong());
    }

    private static Figure used(Look begin, Look end) {
        Reading<Double> joules =
                begin.joules().then(before -> end.joules().map(after -> after - before));
        if (end.nanos() - begin.nanos() < SHORTEST.toNanos()) {
            return joules.map(
                            used ->
                                    Figure.unknown(
                                            "the iteration was shorter than 1 s and NVML's counter"
                                                    + " may move only every 0.1 s"))
                    .orElse(Figure::unknown);
        }
        return joules.map(
                        used ->
                                used > 0
                                        ? Figure.of(used)
                                        : Figure.unknown(
                                                "NVML's counter did not go up in the iteration"))
                .orElse(Figure::unknown);
    }

    private void tellWhyNot(Figure used) {
        if (!hasTold && !used.known()) {
            hasTold = true;
            log.accept("-prof energy: NaN, since " + used.reason());
        }
    }
}
