package kvbench.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;

class ArenaRegionsTest {
    private static final long MIB = 1 << 20;

    /**
     * In a process of its own: where Microsoft's Java API made the environment first, as another
     * test has it do, that one's logger stays.
     */
    @Test
    void whatAnArenaTakesFromTheSystemIsToldWithItsAddresses()
            throws IOException, InterruptedException {
        assertEquals(
                List.of("taken 4194304, told 4194304, the allocation inside: true"),
                OtherJvm.run(Allocation.class));
    }

    /** Allocates 3 MiB, for which an arena takes a region of the next power of two. */
    public static final class Allocation {
        private Allocation() {}

        public static void main(String[] args) {
            try (OrtEnvironment environment = OrtEnvironment.open();
                    MemoryPlace cpu = MemoryPlace.cpu();
                    SessionOptions options = SessionOptions.create();
                    OrtSession session =
                            OrtSession.create(environment, SmallGraph.addition(), options);
                    OrtAllocator allocator = OrtAllocator.of(session, cpu)) {
                int before = ArenaRegions.taken().size();
                long reserved = allocator.statistics().get("TotalAllocated");

                long address = allocator.allocate(3 * MIB);

                List<MemoryRange> taken = ArenaRegions.taken();
                List<MemoryRange> regions = taken.subList(before, taken.size());
                boolean isInside =
                        regions.stream()
                                .anyMatch(
                                        region ->
                                                region.address() <= address
                                                        && address + 3 * MIB <= region.end());
                System.out.printf(
                        "taken %d, told %d, the allocation inside: %s%n",
                        allocator.statistics().get("TotalAllocated") - reserved,
                        regions.stream().mapToLong(MemoryRange::bytes).sum(),
                        isInside);
                allocator.free(address);
            }
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
    void tellsTheMemoryOfADeviceFromThatOfTheHost() {
        int before = ArenaRegions.taken().size();
        int beforeOnDevices = ArenaRegions.takenOnDevices().size();
        ArenaRegions.note(
                "Extending BFCArena for Cuda. bin_num:12 (requested) num_bytes: 1048576 (actual)"
                        + " rounded_bytes:1048576");
        ArenaRegions.note("Allocated memory at 0x302000000 to 0x302100000");
        ArenaRegions.note("Extending BFCArena for CudaPinned. bin_num:12 rounded_bytes:1048576");
        ArenaRegions.note("Allocated memory at 0x204e00000 to 0x204f00000");
        ArenaRegions.note("Extending BFCArena for Cpu. bin_num:12 rounded_bytes:1048576");
        ArenaRegions.note("Allocated memory at 0x7fc5a0db4440 to 0x7fc5a0eb4440");

        List<MemoryRange> taken = ArenaRegions.taken();
        assertEquals(
                List.of(new MemoryRange(0x204e00000L, MIB), new MemoryRange(0x7fc5a0db4440L, MIB)),
                taken.subList(before, taken.size()));
        List<MemoryRange> onDevices = ArenaRegions.takenOnDevices();
        assertEquals(
                List.of(new MemoryRange(0x302000000L, MIB)),
                onDevices.subList(beforeOnDevices, onDevices.size()));
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
