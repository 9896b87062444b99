package kvbench.suite;

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
                    PrefillBenchmark                               | 4 | 3 | 2    | 12
                    PrefillBenchmark -f 2                          | 2 | 3 | 2    | 6
                    PrefillBenchmark -f 2 -wf 1                    | 3 | 3 | 2    | 9
                    PrefillBenchmark -f 0                          | 0 | 3 | 2    | 3
                    PrefillBenchmark -wi 5                         | 4 | 7 | 6    | 28
                    PrefillBenchmark -i 5                          | 4 | 6 | 3.5  | 24
                    PrefillBenchmark -w 500ms                      | 4 | 3 | 1.5  | 12
                    PrefillBenchmark -r 100ms                      | 4 | 3 | 1.2  | 12
                    PrefillBenchmark -wi 0 -i 1 -w 9 -r 250ms -f 1 | 1 | 1 | 0.25 | 1
                    ReadBandwidthBenchmark                         | 1 | 3 | 2    | 3
                    ConversationBenchmark                          | 4 | 4 | 0    | 16
                    ConversationBenchmark -wi 2 -i 3 -r 5 -f 1     | 1 | 5 | 0    | 5
                    """)
    void followsTheOptionsAndElseTheAnnotations(
            String line, int forks, int iterations, double timedSeconds, int allIterations)
            throws CommandLineOptionException {
        String[] words = line.split(" ");
        Schedule schedule =
                Matrix.of(new CommandLineOptions(words), List.of(words))
                        .cells()
                        .getFirst()
                        .schedule();
        assertEquals(new Schedule(forks, iterations, timedSeconds), schedule);
        assertEquals(allIterations, schedule.allIterations());
    }
}
