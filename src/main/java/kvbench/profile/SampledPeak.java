package kvbench.profile;

import kvbench.gpu.Reading;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The highest of a figure that a daemon thread asks for at once, and again whenever an interval has
 * passed since the last answer, until it is ended.
 */
final class SampledPeak {
    private final Supplier<Reading<Long>> figure;
    private final Duration interval;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private Reading<Long> highest = Reading.absent("no sample was taken");
    private long count;

    private SampledPeak(Supplier<Reading<Long>> figure, Duration interval) {
        this.figure = figure;
        this.interval = interval;
        thread = Thread.ofPlatform().daemon().name("vram-samples").unstarted(this::sample);
    }

    static SampledPeak begin(Supplier<Reading<Long>> figure, Duration interval) {
        var peak = new SampledPeak(figure, interval);
        peak.thread.start();
        return peak;
    }

    private void sample() {
        try {
            do {
                highest = higher(highest, figure.get());
                count++;
            } while (!ended.await(interval.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the asking, and waits for an answer that is still to come; once is enough. */
    void end() {
        ended.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The highest of all samples, once they are ended, and of those at both ends. */
    Reading<Long> highest(Reading<Long> before, Reading<Long> after) {
        return highest instanceof Reading.Known ? higher(higher(highest, before), after) : highest;
    }

    /** How many samples were taken, once they are ended. */
    long count() {
        return count;
    }

    /** The higher of two; where one is not known, the other. */
    private static Reading<Long> higher(Reading<Long> a, Reading<Long> b) {
        if (a instanceof Reading.Known<Long>(Long first)
                && b instanceof Reading.Known<Long>(Long second)) {
            return first > second ? a : b;
        }
        return a instanceof Reading.Known ? a : b;
    }
}
