package kvbench.profile;

import kvbench.model.InputException;
import kvbench.natives.Platform;
import kvbench.natives.UnpackedLibrary;

import org.openjdk.jmh.profile.AsyncProfiler;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Optional;

/**
 * async-profiler's library for this machine, and what it can sample here.
 *
 * @param path the file, unpacked from the class path
 * @param event what takes samples of the time that code spends on a processor
 * @param remark why that is not the event that users know, or empty where it is
 */
record AsyncLibrary(Path path, String event, Optional<String> remark) {
    /** Samples by the kernel's own counter of time, with the kernel's frames. */
    private static final String KERNEL_CLOCK = "cpu";

    /** Samples by a timer of each thread: needs no permission, sees no frames of the kernel. */
    private static final String THREAD_TIMER = "ctimer";

    private static AsyncLibrary found;

    /**
     * The library; unpacks, loads and tries it on the first call. Thread-safe.
     *
     * @throws InputException if there is none for this machine, or it cannot be used
     */
    static synchronized AsyncLibrary get() {
        if (found == null) {
            found = tried(unpacked(Platform.current()));
        }
        return found;
    }

    static Path unpacked(Platform platform) {
        String resource = "/" + inTheJar(platform) + "/libasyncProfiler.so";
        URL library = AsyncLibrary.class.getResource(resource);
        if (library == null) {
            throw InputException.unusable(
                    "-prof async: expected Linux on x64 or arm64, or macOS, since async-profiler is built for no other, found %s. Leave it out, or try -prof stack, which takes its samples in Java."
                            .formatted(platform));
        }
        try {
            return UnpackedLibrary.of(library, "async-profiler-" + platform);
        } catch (IOException e) {
            throw InputException.unusable(
                    "-prof async: expected to unpack async-profiler into %s, found that it cannot be written (%s). Name another folder with XDG_CACHE_HOME, or a library with -prof async:libPath=PATH."
                            .formatted(UnpackedLibrary.cacheFolder(), e),
                    e);
        }
    }

    /** For macOS there is one library for both processors. */
    private static String inTheJar(Platform platform) {
        return platform.system().equals(Platform.MACOS) ? Platform.MACOS : platform.toString();
    }

    private static AsyncLibrary tried(Path path) {
        AsyncProfiler.JavaApi profiler;
        try {
            profiler = AsyncProfiler.JavaApi.getInstance(path.toString());
        } catch (UnsatisfiedLinkError e) {
            throw InputException.unusable(
                    "-prof async: expected a loadable async-profiler at %s, found one that the system's loader refuses (%s). Name another with -prof async:libPath=PATH."
                            .formatted(path, e.getMessage()),
                    e);
        }
        if (!Platform.current().system().equals(Platform.LINUX)) {
            return new AsyncLibrary(path, KERNEL_CLOCK, Optional.empty());
        }
        try {
            // Unlike "cpu" this name stands for the kernel's counter and for nothing in its place.
            profiler.execute("start,event=cpu-clock");
            profiler.execute("stop");
            return new AsyncLibrary(path, KERNEL_CLOCK, Optional.empty());
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            return new AsyncLibrary(
                    path,
                    THREAD_TIMER,
                    Optional.of(
                            "-prof async: samples by a timer of each thread (event=ctimer), without the kernel's frames, since the kernel refuses its own counters (%s)"
                                    .formatted(e.getMessage())));
        }
    }
}
