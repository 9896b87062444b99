package kvbench.natives;

import java.nio.file.Path;
import java.util.Optional;

/** The system's loader of shared libraries, as far as this process may ask it. */
public interface LibraryLoader {

    /**
     * Loads the library that the loader itself finds by {@code name}, by {@code LD_LIBRARY_PATH}
     * and its own configuration, and keeps it.
     *
     * @return its file, or its name where the file cannot be told; empty where there is none
     */
    Optional<Path> load(String name);

    /**
     * Loads {@code file} and keeps it, so that others that need its name find it.
     *
     * @return whether the loader takes it
     */
    boolean load(Path file);
}
