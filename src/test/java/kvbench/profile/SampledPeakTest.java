package kvbench.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.gpu.Reading;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(60)
class SampledPeakTest {
    private static final Reading<Long> UNKNOWN = Reading.absent("not told");

    @Test
    void isTheHighestOfAllThatWasSeen() throws Exception {
        SampledPeak peak =
                sampled(List.of(Reading.of(3L), Reading.of(9L), UNKNOWN, Reading.of(4L)));

        assertEquals(Reading.of(9L), peak.highest(Reading.of(1L), Reading.of(2L)));
        assertEquals(Reading.of(12L), peak.highest(Reading.of(12L), UNKNOWN));
        assertEquals(Reading.of(12L), peak.highest(UNKNOWN, Reading.of(12L)));
    }

    @Test
    void saysWhyNothingWasSeen() throws Exception {
        SampledPeak peak = sampled(List.of(UNKNOWN));

        assertEquals(UNKNOWN, peak.highest(Reading.of(1L), Reading.of(2L)));
    }

    @Test
    void countsWhatItAskedAndAsksNoMoreOnceEnded() throws Exception {
        var asked = new AtomicInteger();
        var enough = new CountDownLatch(5);
        SampledPeak peak =
                SampledPeak.begin(
                        () -> {
                            enough.countDown();
                            return Reading.of((long) asked.incrementAndGet());
                        },
                        Duration.ofNanos(1));
        enough.await();
        peak.end();
        peak.end();

        assertEquals(asked.get(), peak.count());
        assertEquals(Reading.of((long) asked.get()), peak.highest(UNKNOWN, UNKNOWN));
    }

    /** Answers in their order, the last of them over and over, sampled until all were given. */
    private static SampledPeak sampled(List<Reading<Long>> answers) throws InterruptedException {
        var asked = new AtomicInteger();
        var all = new CountDownLatch(answers.size());
        SampledPeak peak =
                SampledPeak.begin(
                        () -> {
                            all.countDown();
                            return answers.get(
                                    Math.min(asked.getAndIncrement(), answers.size() - 1));
                        },
                        Duration.ofNanos(1));
        all.await();
        peak.end();
        return peak;
    }
}
