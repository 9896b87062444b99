package kvbench.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

import java.util.List;

/** The expected figures are those of the benchmarks' annotations, changed by the options. */
class ScheduleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    PrefillBenchmark                               | 4 | 1 | 2 | 2    | 4
                    PrefillBenchmark -f 2                          | 2 | 1 | 2 | 2    | 2
                    PrefillBenchmark -f 0                          | 0 | 1 | 2 | 2    | 1
                    PrefillBenchmark -wi 5                         | 4 | 5 | 2 | 6    | 4
                    PrefillBenchmark -i 5                          | 4 | 1 | 5 | 3.5  | 4
                    PrefillBenchmark -w 500ms                      | 4 | 1 | 2 | 1.5  | 4
                    PrefillBenchmark -r 100ms                      | 4 | 1 | 2 | 1.2  | 4
                    PrefillBenchmark -wi 0 -i 1 -w 9 -r 250ms -f 1 | 1 | 0 | 1 | 0.25 | 1
                    ReadBandwidthBenchmark                         | 1 | 1 | 2 | 2    | 1
                    ConversationBenchmark                          | 4 | 1 | 3 | 0    | 4
                    ConversationBenchmark -wi 2 -i 3 -r 5 -f 1     | 1 | 2 | 3 | 0    | 1
                    """)
    void followsTheOptionsAndElseTheAnnotations(
            String line, int forks, int warmups, int measurements, double timedSeconds, int runs)
            throws CommandLineOptionException {
        String[] words = line.split(" ");
        Schedule schedule =
                Matrix.of(new CommandLineOptions(words), List.of(words))
                        .cells()
                        .getFirst()
                        .schedule();
        assertEquals(new Schedule(forks, warmups, measurements, timedSeconds), schedule);
        assertEquals(runs, schedule.runs());
        assertEquals(warmups + measurements, schedule.iterations());
    }
}
