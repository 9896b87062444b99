package kvbench.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * CUDA's own libraries that a library needs, and those of them that are missing here.
 *
 * @param cudaMajor the CUDA that it is linked with, such as 12; empty where no name tells
 * @param found in the order in which they have to be loaded
 * @param missing in the order in which they are needed
 */
public record CudaLibraries(OptionalInt cudaMajor, List<Found> found, List<Missing> missing) {
    /** The one that comes with the driver and is found by the system's loader only. */
    public static final String OF_DRIVER = "libcuda.so.1";

    /** Opened by ONNX Runtime only where it is there, in builds that are not linked with it. */
    private static final String OPTIONAL = "libcudnn.so.9";

    /** Libraries whose number is that of their CUDA. */
    private static final Pattern NUMBERED =
            Pattern.compile("libcu(?:dart|blas|blasLt)\\.so\\.(\\d{1,3})");

    private static final Pattern VERSION = Pattern.compile("\\.so\\.(\\d+(?:\\.\\d+)+)$");

    /** Where nothing tells the CUDA, packages of this one are named. */
    private static final int LIKELY_MAJOR = 12;

    /** Whether the program can do without it. */
    public enum Need {
        REQUIRED,
        OPTIONAL
    }

    /**
     * A library that is here.
     *
     * @param name by which others need it
     * @param file where it lies
     * @param version as its file's real name tells it, such as 12.6.4.1, or ""
     */
    public record Found(String name, Path file, String version, Need need) {}

    /**
     * A library that is not here.
     *
     * @param name by which it is needed
     * @param refused a line for each file of this name that cannot serve
     * @param sources what brings it
     */
    public record Missing(String name, Need need, List<String> refused, List<String> sources) {
        public Missing {
            refused = List.copyOf(refused);
            sources = List.copyOf(sources);
        }
    }

    public CudaLibraries {
        found = List.copyOf(found);
        missing = List.copyOf(missing);
    }

    /**
     * What {@code library} needs, as its dynamic section says, and what those need in turn.
     *
     * <p>What the loader finds by itself it has then loaded.
     *
     * @throws IOException if {@code library} cannot be read, in one line
     */
    public static CudaLibraries neededBy(Path library, CudaFolders folders, LibraryLoader loader)
            throws IOException {
        return neededBy(library, folders, loader, Platform.current());
    }

    static CudaLibraries neededBy(
            Path library, CudaFolders folders, LibraryLoader loader, Platform platform)
            throws IOException {
        List<String> needed = ElfNeeded.of(library).needed();
        OptionalInt major = cudaMajor(needed);
        var search = new Search(folders, loader, platform, major.orElse(LIKELY_MAJOR));
        for (String name : needed) {
            search.visit(name, Need.REQUIRED, Optional.empty());
        }
        if (major.isPresent()) {
            search.visit(OPTIONAL, Need.OPTIONAL, Optional.empty());
        }
        return new CudaLibraries(major, search.found, search.missing);
    }

    private static OptionalInt cudaMajor(List<String> names) {
        return names.stream()
                .map(NUMBERED::matcher)
                .filter(Matcher::matches)
                .mapToInt(matcher -> Integer.parseInt(matcher.group(1)))
                .findFirst();
    }

    /** The first that is required and missing. */
    public Optional<Missing> firstMissing() {
        return missing.stream().filter(library -> library.need() == Need.REQUIRED).findFirst();
    }

    /**
     * Loads all that was found, so that a library that needs them finds them by their names.
     *
     * @return the first required one that the loader refuses, or empty
     */
    public Optional<Found> load(LibraryLoader loader) {
        for (Found library : found) {
            if (!loader.load(library.file()) && library.need() == Need.REQUIRED) {
                return Optional.of(library);
            }
        }
        return Optional.empty();
    }

    /** One search, each name once. */
    private static final class Search {
        private final CudaFolders folders;
        private final LibraryLoader loader;
        private final Platform platform;
        private final int major;
        private final Set<String> visited = new HashSet<>();
        private final List<Found> found = new ArrayList<>();
        private final List<Missing> missing = new ArrayList<>();

        Search(CudaFolders folders, LibraryLoader loader, Platform platform, int major) {
            this.folders = folders;
            this.loader = loader;
            this.platform = platform;
            this.major = major;
        }

        /**
         * Looks for a library, and before it is listed for what it needs itself.
         *
         * @param beside where the library lies that needs it: parts of one release belong together
         */
        void visit(String name, Need need, Optional<Path> beside) {
            Optional<CudaComponent> component = CudaComponent.of(name);
            if (component.isEmpty() || !visited.add(name)) {
                return;
            }
            var refused = new ArrayList<String>();
            Optional<Path> file =
                    component.get() == CudaComponent.DRIVER
                            ? loader.load(name)
                            : in(
                                            Stream.concat(
                                                    beside.stream(), folders.given().stream()),
                                            name,
                                            refused)
                                    .or(() -> loader.load(name))
                                    .or(() -> in(folders.usual().stream(), name, refused));
            if (file.isEmpty()) {
                missing.add(new Missing(name, need, refused, component.get().sources(major)));
                return;
            }
            Optional<Path> folder = Optional.ofNullable(file.get().getParent());
            for (String further : neededBy(file.get())) {
                visit(further, need, folder);
            }
            found.add(new Found(name, file.get(), version(file.get()), need));
        }

        private Optional<Path> in(Stream<Path> places, String name, List<String> refused) {
            for (Path folder : places.distinct().toList()) {
                Path file = folder.resolve(name);
                if (Files.exists(file)) {
                    Optional<String> fault = fault(file, name);
                    if (fault.isEmpty()) {
                        return Optional.of(file);
                    }
                    refused.add(fault.get());
                }
            }
            return Optional.empty();
        }

        /** Why a program on this platform that needs {@code name} cannot have this file. */
        private Optional<String> fault(Path file, String name) {
            try {
                ElfNeeded library = ElfNeeded.of(file);
                if (!library.processor().equals(platform.processor())) {
                    return Optional.of(
                            "%s: expected a library for %s, found one for %s."
                                    .formatted(file, platform.processor(), library.processor()));
                }
                if (!library.name().equals(name)) {
                    return Optional.of(
                            "%s: expected a library that calls itself so, found one that calls itself \"%s\"."
                                    .formatted(file, library.name()));
                }
                return Optional.empty();
            } catch (IOException e) {
                return Optional.of(e.getMessage());
            }
        }

        private static List<String> neededBy(Path file) {
            try {
                return ElfNeeded.of(file).needed();
            } catch (IOException e) {
                // The loader has taken it, from where this process cannot read.
                return List.of();
            }
        }

        private static String version(Path file) {
            try {
                Matcher matcher = VERSION.matcher(file.toRealPath().getFileName().toString());
                return matcher.find() ? matcher.group(1) : "";
            } catch (IOException e) {
                return "";
            }
        }
    }
}
