package kvbench.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.util.List;

class ArenaRegionsTest {
    private static final long MIB = 1 << 20;

    @Test
    void whatAnArenaTakesFromTheSystemIsToldWithItsAddresses() {
        int before = ArenaRegions.taken().size();
        try (OrtEnvironment environment = OrtEnvironment.open();
                MemoryPlace cpu = MemoryPlace.cpu();
                SessionOptions options = SessionOptions.create();
                OrtSession session =
                        OrtSession.create(environment, SmallGraph.addition(), options);
                OrtAllocator allocator = OrtAllocator.of(session, cpu)) {
            long reserved = allocator.statistics().get("TotalAllocated");

            long address = allocator.allocate(3 * MIB);

            List<MemoryRange> taken = ArenaRegions.taken();
            List<MemoryRange> regions = taken.subList(before, taken.size());
            assertEquals(
                    allocator.statistics().get("TotalAllocated") - reserved,
                    regions.stream().mapToLong(MemoryRange::bytes).sum());
            assertTrue(
                    regions.stream()
                            .anyMatch(
                                    region ->
                                            region.address() <= address
                                                    && address + 3 * MIB <= region.end()),
                    address + " in " + regions);
            allocator.free(address);
        }
    }

    @Test
    void readsAddressesHoweverTheyAreWritten() {
        int before = ArenaRegions.taken().size();
        ArenaRegions.note("Allocated memory at 0x7fc5a0db4440 to 0x7fc5a0eb4440");
        ArenaRegions.note("Allocated memory at 00007FC5A0DB4440 to 00007FC5A0EB4440");
        ArenaRegions.note("Extended allocation by 1048576 bytes.");

        var region = new MemoryRange(0x7fc5a0db4440L, MIB);
        List<MemoryRange> taken = ArenaRegions.taken();
        assertEquals(List.of(region, region), taken.subList(before, taken.size()));
    }

    @Test
    void theCLibraryTellsOfALargeAllocation() {
        Assumptions.assumeTrue(
                MappedAllocations.bytes().isPresent(), "only the GNU C library from 2.33 on tells");
        long before = MappedAllocations.bytes().orElseThrow();
        try (var arena = Arena.ofConfined()) {
            // More than the C library ever takes from its heaps.
            arena.allocate(64 * MIB);
            assertEquals(
                    64, (MappedAllocations.bytes().orElseThrow() - before) / (double) MIB, 0.1);
        }
        assertEquals(0, (MappedAllocations.bytes().orElseThrow() - before) / (double) MIB, 0.1);
    }
}
