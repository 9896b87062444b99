package kvbench.gpu;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;

/**
 * The CUDA runtime of {@code fake_cudart.c}, of one device whose memory is the host's; a machine
 * without a C compiler skips what needs it.
 */
public final class FakeCudart {
    private final Path path;
    private final FakeLibrary library;

    private FakeCudart(Path path) {
        this.path = path;
        library = new FakeLibrary(path);
    }

    /**
     * A library in {@code folder}.
     *
     * @param variants macros of the source
     */
    public static FakeCudart build(Path folder, String... variants)
            throws IOException, InterruptedException {
        return new FakeCudart(FakeLibrary.build(folder, "fake_cudart.c", variants));
    }

    /** Its file, for the property {@link Cuda#PATH_PROPERTY}. */
    public Path path() {
        return path;
    }

    /** The calls since the last time, each with its arguments. */
    public List<String> calls() {
        return library.text("fake_calls").lines().toList();
    }

    /** Writes nothing down from now on. */
    public void beQuiet() {
        library.tell("fake_be_quiet");
    }

    /** Has the nth call from now of a function fail, and none after it. */
    public void fail(String function, int nth, int error) {
        try (Arena arena = Arena.ofConfined()) {
            library.tell("fake_fail", arena.allocateFrom(function), nth, error);
        }
    }

    /** How many allocations, streams and events there are. */
    public int alive() {
        return library.number("fake_alive");
    }

    /** The error that would be told to whoever asks next. */
    public int lastError() {
        return library.number("fake_last_error");
    }
}
