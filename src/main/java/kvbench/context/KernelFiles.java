package kvbench.context;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The files in which Linux tells of itself; on other systems there are none.
 *
 * @param root folder under which {@code proc}, {@code sys} and {@code etc} lie
 */
record KernelFiles(Path root) {
    private static final double BYTES_PER_KB = 1024;

    /** Those of this machine. */
    static KernelFiles here() {
        return new KernelFiles(Path.of("/"));
    }

    boolean has(String path) {
        return Files.exists(root.resolve(path));
    }

    /** A file's lines, none where it cannot be read. */
    List<String> lines(String path) {
        return lines(root.resolve(path));
    }

    private static List<String> lines(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** A file's first line without its outer blanks, or "". */
    String line(String path) {
        return lines(path).stream().findFirst().orElse("").strip();
    }

    /** The first value of {@code key} in a file of {@code key separator value}, or "". */
    String field(String path, String key, String separator) {
        for (String line : lines(path)) {
            int at = line.indexOf(separator);
            if (at > 0 && line.substring(0, at).strip().equals(key)) {
                return line.substring(at + separator.length()).strip();
            }
        }
        return "";
    }

    /** What {@code /proc/meminfo} calls {@code key}, in bytes. */
    OptionalDouble memory(String key) {
        String kilobytes = field("proc/meminfo", key, ":");
        return kilobytes.matches("\\d{1,15} kB")
                ? OptionalDouble.of(Long.parseLong(kilobytes.split(" ")[0]) * BYTES_PER_KB)
                : OptionalDouble.empty();
    }

    /**
     * The first line of {@code file} in each folder of {@code parent} that {@code glob} matches.
     */
    List<String> lineOfEach(String parent, String glob, String file) {
        var values = new ArrayList<String>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root.resolve(parent), glob)) {
            for (Path folder : folders) {
                lines(folder.resolve(file)).stream()
                        .limit(1)
                        .map(String::strip)
                        .forEach(values::add);
            }
        } catch (IOException e) {
            return List.of();
        }
        return values;
    }

    /** Number of folders in {@code parent} that {@code glob} matches. */
    long count(String parent, String glob) {
        long count = 0;
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root.resolve(parent), glob)) {
            for (Path folder : folders) {
                count += Files.isDirectory(folder) ? 1 : 0;
            }
            return count;
        } catch (IOException e) {
            return 0;
        }
    }
}
