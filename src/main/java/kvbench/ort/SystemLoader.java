package kvbench.ort;

import kvbench.natives.LibraryLoader;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Loads libraries into this process for as long as it lives. Thread-safe. */
public final class SystemLoader implements LibraryLoader {
    private static final Path MAPS = Path.of("/proc/self/maps");

    /** Columns of {@code /proc/self/maps} before the path. */
    private static final int COLUMNS = 6;

    @Override
    @SuppressWarnings("restricted")
    public Optional<Path> load(String name) {
        try {
            SymbolLookup.libraryLookup(name, Arena.global());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return Optional.of(mapped(name));
    }

    @Override
    @SuppressWarnings("restricted")
    public boolean load(Path file) {
        try {
            SymbolLookup.libraryLookup(file, Arena.global());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The file of a library that is loaded, by its name or its name and further numbers. */
    private static Path mapped(String name) {
        try (Stream<String> maps = Files.lines(MAPS, StandardCharsets.ISO_8859_1)) {
            return maps.map(line -> line.split(" +", COLUMNS))
                    .filter(columns -> columns.length == COLUMNS)
                    .map(columns -> columns[COLUMNS - 1])
                    .filter(path -> isFileOf(path, name))
                    .findFirst()
                    .map(Path::of)
                    .orElse(Path.of(name));
        } catch (IOException | UncheckedIOException e) {
            return Path.of(name);
        }
    }

    private static boolean isFileOf(String path, String name) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        return file.equals(name) || file.startsWith(name + ".");
    }
}
