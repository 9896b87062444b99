package kvbench.natives;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Folders in which CUDA's libraries may lie, those that are there, in the order of looking; and
 * those that a user named and that are not.
 *
 * @param given below the folders that {@value #PATH_PROPERTY} or {@value #PATH_VARIABLE} names:
 *     they come before what the system's loader finds by itself
 * @param usual where Maven's profile, NVIDIA's installers, Linux distributions and Python
 *     environments put them: they come after it
 * @param absent what the property or the variable names and is no folder
 */
public record CudaFolders(List<Path> given, List<Path> usual, List<Path> absent) {
    /** System property that names folders, separated as in {@code PATH}. */
    public static final String PATH_PROPERTY = "kvbench.cuda.path";

    /** Environment variable that names them where the property does not. */
    public static final String PATH_VARIABLE = "KVBENCH_CUDA_PATH";

    /**
     * What Maven's -Pcuda12-redist unpacks, in the {@link NativesFolder} or beside {@link
     * UnpackedLibrary#cacheFolder}.
     */
    public static final String UNPACKED = "cuda-12.6";

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    public CudaFolders {
        given = List.copyOf(given);
        usual = List.copyOf(usual);
        absent = List.copyOf(absent);
    }

    /** Those of this user and this machine. */
    public static CudaFolders here() {
        return of(
                System::getProperty, System::getenv, Path.of("/"), unpacked(), Platform.current());
    }

    /** In a bundle, and where Maven's profile was last used, CUDA lies beside the suite's jar. */
    private static Path unpacked() {
        return NativesFolder.beside(CudaFolders.class)
                .map(natives -> natives.resolve(UNPACKED))
                .filter(Files::isDirectory)
                .orElseGet(() -> UnpackedLibrary.cacheFolder().resolveSibling(UNPACKED));
    }

    static CudaFolders of(
            UnaryOperator<String> property,
            UnaryOperator<String> variable,
            Path root,
            Path unpacked,
            Platform platform) {
        var layout = new Layout(platform);
        var given = new Listing();
        List<Path> named = paths(property.apply(PATH_PROPERTY), variable.apply(PATH_VARIABLE));
        for (Path folder : named) {
            given.add(folder);
            layout.below(folder).forEach(given::addMatching);
        }
        var usual = new Listing();
        usual.add(unpacked);
        for (Path toolkit : newestFirst(root.resolve("usr/local"), "cuda*")) {
            layout.ofToolkit(toolkit).forEach(usual::add);
        }
        layout.ofToolkit(root.resolve("opt/cuda")).forEach(usual::add);
        usual.add(root.resolve("usr/lib").resolve(layout.multiarch()));
        for (String environment : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            for (Path folder : paths(variable.apply(environment), "")) {
                usual.add(folder.resolve("lib"));
                layout.ofPython(folder).forEach(usual::addMatching);
            }
        }
        List<Path> absent = named.stream().filter(folder -> !Files.isDirectory(folder)).toList();
        return new CudaFolders(given.folders(), usual.folders(), absent);
    }

    /** The folders in the first of the texts that is not blank. */
    private static List<Path> paths(String text, String otherwise) {
        String chosen = text == null || text.isBlank() ? otherwise : text;
        var paths = new ArrayList<Path>();
        if (chosen != null) {
            for (String path : chosen.split(Pattern.quote(File.pathSeparator))) {
                try {
                    if (!path.isBlank()) {
                        paths.add(Path.of(path.strip()).toAbsolutePath());
                    }
                } catch (InvalidPathException e) {
                    // No folder can be called so.
                    continue;
                }
            }
        }
        return paths;
    }

    /** Folders of {@code parent} by a pattern: without a version first, then the newest first. */
    private static List<Path> newestFirst(Path parent, String pattern) {
        return matching(parent, pattern).stream()
                .sorted(
                        Comparator.<Path>comparingInt(folder -> numbers(folder).isEmpty() ? 0 : 1)
                                .thenComparing(
                                        CudaFolders::numbers, CudaFolders::compareDescending))
                .toList();
    }

    private static List<Integer> numbers(Path folder) {
        Matcher matcher = NUMBER.matcher(folder.getFileName().toString());
        return matcher.results().map(found -> Integer.valueOf(found.group())).toList();
    }

    private static int compareDescending(List<Integer> left, List<Integer> right) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int order = right.get(i).compareTo(left.get(i));
            if (order != 0) {
                return order;
            }
        }
        return right.size() - left.size();
    }

    private static List<Path> matching(Path parent, String pattern) {
        var found = new ArrayList<Path>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, pattern)) {
            folders.forEach(found::add);
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            // What cannot be read holds nothing for this process.
            return List.of();
        }
        found.sort(Comparator.naturalOrder());
        return found;
    }

    /** Folders that are there, each once. */
    private static final class Listing {
        private final Set<Path> folders = new LinkedHashSet<>();

        void add(Path folder) {
            if (Files.isDirectory(folder)) {
                folders.add(folder);
            }
        }

        /** Adds the folders that {@code pattern} names below its root. */
        void addMatching(Below pattern) {
            List<Path> reached = List.of(pattern.root());
            for (String name : pattern.names()) {
                reached =
                        reached.stream()
                                .flatMap(folder -> matching(folder, name).stream())
                                .toList();
            }
            reached.forEach(this::add);
        }

        List<Path> folders() {
            return List.copyOf(folders);
        }
    }

    /** A folder's descendants by one pattern for each level. */
    private record Below(Path root, List<String> names) {
        Below(Path root, String... names) {
            this(root, List.of(names));
        }
    }

    /** How packages lay libraries out on a platform. */
    private record Layout(Platform platform) {
        private boolean arm() {
            return platform.processor().equals(Platform.ARM64);
        }

        String multiarch() {
            return arm() ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
        }

        List<Path> ofToolkit(Path toolkit) {
            return List.of(
                    toolkit.resolve("lib64"),
                    toolkit.resolve("targets")
                            .resolve(arm() ? "sbsa-linux" : "x86_64-linux")
                            .resolve("lib"));
        }

        List<Below> ofPython(Path environment) {
            return List.of(
                    new Below(
                            environment, "lib", "python3*", "site-packages", "nvidia", "*", "lib"));
        }

        /** Below a folder that a user gave: a toolkit, an environment, or what holds wheels. */
        List<Below> below(Path folder) {
            var below = new ArrayList<Below>();
            below.add(new Below(folder, "lib64"));
            below.add(new Below(folder, "lib"));
            below.add(new Below(folder, "targets", arm() ? "sbsa-linux" : "x86_64-linux", "lib"));
            below.add(new Below(folder, "nvidia", "*", "lib"));
            below.addAll(ofPython(folder));
            return below;
        }
    }
}
