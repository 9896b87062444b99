package kvbench.store;

import kvbench.model.InputException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder with all that is in it. */
final class FolderTree {
    private FolderTree() {}

    /**
     * Removes what was begun and cannot be completed: it would be taken for a run.
     *
     * @throws InputException if it cannot be removed
     */
    static void remove(Path folder) {
        try {
            for (Path file : all(folder).reversed()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected to remove what was made in part, found that it cannot be done (%s). Remove it by hand."
                            .formatted(folder, e),
                    e);
        }
    }

    /** Waits until all of it has reached the disk, names included. */
    static void force(Path folder) throws IOException {
        for (Path file : all(folder).reversed()) {
            if (Files.isDirectory(file)) {
                AtomicFile.forceNames(file);
            } else if (Files.isRegularFile(file)) {
                AtomicFile.force(file);
            }
        }
    }

    /** Each folder before what is in it. */
    private static List<Path> all(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted(Comparator.naturalOrder()).toList();
        }
    }
}
