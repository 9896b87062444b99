package kvbench.natives;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A system's loader that loads nothing and remembers what it was asked. */
public final class StandInLoader implements LibraryLoader {
    private final Map<String, Path> known = new HashMap<>();
    private final Set<String> refused = new HashSet<>();
    private final List<String> loaded = new ArrayList<>();

    /** Finds {@code name} by itself, at {@code file}. */
    public StandInLoader knows(String name, Path file) {
        known.put(name, file);
        return this;
    }

    /** Takes no file called {@code name}. */
    public StandInLoader refuses(String name) {
        refused.add(name);
        return this;
    }

    /** Names of the files loaded by their path, in order. */
    public List<String> loaded() {
        return List.copyOf(loaded);
    }

    @Override
    public Optional<Path> load(String name) {
        return Optional.ofNullable(known.get(name));
    }

    @Override
    public boolean load(Path file) {
        String name = file.getFileName().toString();
        if (refused.contains(name)) {
            return false;
        }
        loaded.add(name);
        return true;
    }
}
