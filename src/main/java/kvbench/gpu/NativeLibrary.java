package kvbench.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Loads a library of NVIDIA's, for as long as the process lives. */
final class NativeLibrary {
    private NativeLibrary() {}

    /**
     * The symbols of a library.
     *
     * @param given path of a library file, or blank for the first of {@code names} that loads
     * @param property system property that {@code given} comes from
     * @param names as the system's loader knows them
     * @param whyNot what to say where none of the names loads
     */
    @SuppressWarnings("restricted")
    static Reading<SymbolLookup> load(
            String given, String property, List<String> names, String whyNot) {
        try {
            if (given.isBlank()) {
                return ofSystem(names, whyNot);
            }
            Path path = Path.of(given).toAbsolutePath();
            if (!Files.isRegularFile(path)) {
                return Reading.absent("no file at %s, which -D%s names".formatted(path, property));
            }
            return Reading.of(SymbolLookup.libraryLookup(path, Arena.global()));
        } catch (IllegalArgumentException e) {
            return Reading.absent(
                    "%s, which -D%s names, cannot be loaded".formatted(given, property));
        } catch (IllegalCallerException e) {
            return Reading.absent(
                    "this Java may not call native code: start it with"
                            + " --enable-native-access=ALL-UNNAMED");
        }
    }

    @SuppressWarnings("restricted")
    private static Reading<SymbolLookup> ofSystem(List<String> names, String whyNot) {
        for (String name : names) {
            try {
                return Reading.of(SymbolLookup.libraryLookup(name, Arena.global()));
            } catch (IllegalArgumentException e) {
                // The next may be there.
                continue;
            }
        }
        return Reading.absent(whyNot);
    }

    static boolean onWindows() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
    }
}
