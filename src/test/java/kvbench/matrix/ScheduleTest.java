package kvbench.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/** The expected figures are those of the benchmarks' annotations, changed by the options. */
class ScheduleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    PrefillBenchmark                               | 6 | 1 | 2 | 2
                    PrefillBenchmark -f 2                          | 2 | 1 | 2 | 2
                    PrefillBenchmark -wi 5                         | 6 | 5 | 2 | 6
                    PrefillBenchmark -i 5                          | 6 | 1 | 5 | 3.5
                    PrefillBenchmark -w 500ms                      | 6 | 1 | 2 | 1.5
                    PrefillBenchmark -r 100ms                      | 6 | 1 | 2 | 1.2
                    PrefillBenchmark -wi 0 -i 1 -w 9 -r 250ms -f 1 | 1 | 0 | 1 | 0.25
                    ReadBandwidthBenchmark                         | 1 | 1 | 2 | 2
                    ConversationBenchmark                          | 6 | 1 | 2 | 0
                    ConversationBenchmark -wi 2 -i 3 -r 5 -f 1     | 1 | 2 | 3 | 0
                    """)
    void followsTheOptionsAndElseTheAnnotations(
            String line, int forks, int warmups, int measurements, double timedSeconds) {
        Schedule schedule =
                Matrix.of(JmhOptions.of(List.of(line.split(" ")))).cells().getFirst().schedule();
        assertEquals(forks, schedule.forks());
        assertEquals(warmups, schedule.warmups());
        assertEquals(measurements, schedule.measurements());
        assertEquals(timedSeconds, schedule.timedSeconds());
        assertEquals(timedSeconds > 0, schedule.isTimed());
        assertEquals(warmups + measurements, schedule.iterations());
    }
}
