package kvbench.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.List;

class LedgerTest {
    /** Each line another power of two, so that a sum shows which went in. */
    private static final Ledger LEDGER =
            new Ledger(
                    Figure.of(1),
                    Figure.of(2),
                    Figure.of(4),
                    Figure.of(8),
                    Figure.of(16),
                    Figure.of(32),
                    Figure.of(64),
                    Figure.of(128),
                    Figure.of(256),
                    Figure.of(512),
                    Figure.of(1024),
                    Figure.of(2048),
                    Figure.of(4096),
                    Figure.of(8192),
                    Figure.of(16384),
                    Figure.of(32768),
                    Figure.of(65536),
                    Figure.of(131072),
                    Figure.of(262144),
                    Figure.unknown(Ledger.NO_DEVICE));

    @Test
    void theLinesThatAddUpAreThoseMarkedSo() {
        double marked =
                LEDGER.lines().stream()
                        .mapToDouble(
                                line ->
                                        switch (line.part()) {
                                            case ADDED -> line.figure().value();
                                            case TAKEN_OFF -> -line.figure().value();
                                            case APART -> 0;
                                        })
                        .sum();
        // analytic, slack, arena kept, weights read, Java heap, native heap; less untouched
        assertEquals(1 + 4 + 256 + 1024 + 4096 + 8192 - 8, marked);
        assertEquals(Figure.of(marked), LEDGER.accounted());
    }

    @Test
    void unaccountedIsWhatTheProcessHoldsBeyondTheBaselineLessTheSum() {
        assertEquals(Figure.of(65536 - 13565), LEDGER.unaccounted());
    }

    @Test
    void everyLineIsNamedOnceAndInOrder() {
        assertEquals(
                List.of(
                        "kv.analytic",
                        "kv.held",
                        "kv.slack",
                        "kv.untouched",
                        "kv.peak",
                        "arena.inuse",
                        "arena.peak",
                        "arena.reserved",
                        "arena.kept",
                        "weights.mapped",
                        "weights.read",
                        "weights.private",
                        "java.heap",
                        "native.heap",
                        "rss.resident",
                        "rss.peak",
                        "rss.growth",
                        "rss.unaccounted",
                        "java.alloc.norm",
                        "ort.alloc.norm",
                        "device.used"),
                Ledger.FORM.stream().map(Ledger.Line::name).toList());
        assertEquals(
                List.of(
                        1.0,
                        2.0,
                        4.0,
                        8.0,
                        16.0,
                        32.0,
                        64.0,
                        128.0,
                        256.0,
                        512.0,
                        1024.0,
                        2048.0,
                        4096.0,
                        8192.0,
                        16384.0,
                        32768.0,
                        65536.0,
                        51971.0,
                        131072.0,
                        262144.0,
                        Double.NaN),
                LEDGER.lines().stream().map(line -> line.figure().value()).toList());
    }
}
