package kvbench.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.ort.MemoryRange;

import org.junit.jupiter.api.Test;

import java.util.Optional;

/** The texts are those of JDK 25. */
class JavaHeapTest {
    private static final Optional<MemoryRange> ALL =
            Optional.of(new MemoryRange(0x687400000L, 0x800000000L - 0x687400000L));

    @Test
    void g1TellsOneRange() {
        assertEquals(
                ALL,
                JavaHeap.of(
                        """
                        garbage-first heap   total reserved 6172672K, committed 393216K, used 13114K [0x0000000687400000, 0x0000000800000000)
                         region size 4096K, 3 young (12288K), 1 survivors (4096K)
                        """));
    }

    @Test
    void serialTellsARangeForEachGenerationWithItsPresentEndInBetween() {
        assertEquals(
                ALL,
                JavaHeap.of(
                        """
                        DefNew     total 116160K, used 39388K [0x0000000687400000, 0x000000068f200000, 0x0000000704d50000)
                         eden space 103296K,  38% used [0x0000000687400000, 0x0000000689a772d0, 0x000000068d8e0000)
                        Tenured    total 258048K, used 1166K [0x0000000704d50000, 0x0000000714950000, 0x0000000800000000)
                        """));
    }

    @Test
    void parallelHasTheYoungGenerationAbove() {
        assertEquals(
                ALL,
                JavaHeap.of(
                        """
                        PSYoungGen      total 113152K, used 39124K [0x0000000782700000, 0x000000078a500000, 0x0000000800000000)
                         eden space 97280K, 40% used [0x0000000782700000,0x0000000784d352d0,0x0000000788600000)
                        ParOldGen       total 258048K, used 1166K [0x0000000687400000, 0x0000000697000000, 0x0000000782700000)
                        """));
    }

    @Test
    void zTellsNoAddresses() {
        assertEquals(Optional.empty(), JavaHeap.of(" ZHeap           used 16M, capacity 376M\n"));
    }

    @Test
    void thisVirtualMachineTells() {
        assertEquals(true, JavaHeap.range().isPresent());
    }
}
