package kvbench.gpu;

import java.io.IOException;
import java.nio.file.Path;

/** Builds the NVML of {@code fake_nvml.c}; a machine without a C compiler skips what needs it. */
public final class FakeNvml {
    private final FakeLibrary library;

    /** The NVML at {@code path}, which {@link #build} gave. */
    public FakeNvml(Path path) {
        library = new FakeLibrary(path);
    }

    /**
     * A library in {@code folder}.
     *
     * @param variants macros of the source
     */
    public static Path build(Path folder, String... variants)
            throws IOException, InterruptedException {
        return FakeLibrary.build(folder, "fake_nvml.c", variants);
    }

    /** From now on that much of each device is used. */
    public void useMemory(long bytes) {
        library.tell("fake_use_memory", bytes);
    }

    /** Has each device use that much energy. */
    public void useEnergy(long millijoules) {
        library.tell("fake_use_energy", millijoules);
    }

    /** Each struct, with its size and the offset of each field, as the C compiler has them. */
    String layouts() {
        return library.text("fake_layouts");
    }
}
