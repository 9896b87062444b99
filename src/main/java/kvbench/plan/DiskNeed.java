package kvbench.plan;

import kvbench.matrix.Cell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/** What a run's folder will come to, from the sizes of those there were. */
final class DiskNeed {
    /** Context, schedule, and the reserve for ending well on a full disk. */
    private static final long BYTES_PER_RUN = 5L << 20;

    /** What JMH says of a fork, and its result: by itself, among all, and while those change. */
    private static final long BYTES_PER_FORK = 40_000;

    /** A row and what frames its tokens, likewise thrice. */
    private static final long BYTES_PER_TURN = 2_000;

    /** A number and its time, likewise. */
    private static final long BYTES_PER_TOKEN = 60;

    private DiskNeed() {}

    /** For a run of {@code cells}, whose folder will lie in {@code parent}. */
    static Plan.Disk of(Collection<Cell> cells, Path parent) {
        double bytes = BYTES_PER_RUN;
        for (Cell cell : cells) {
            double turns = (double) cell.schedule().forks() * cell.measuredTurns();
            String budget = cell.param("tokenBudget");
            double tokens = budget == null ? 0 : turns * Double.parseDouble(budget);
            bytes +=
                    (double) cell.schedule().forks() * BYTES_PER_FORK
                            + turns * BYTES_PER_TURN
                            + tokens * BYTES_PER_TOKEN;
        }
        return in(parent, (long) bytes);
    }

    /** For {@code bytes} in a folder that may still have to be made. */
    static Plan.Disk in(Path folder, long bytes) {
        return new Plan.Disk(folder, bytes, free(folder));
    }

    /** Of the nearest folder that is there: the others are made in it. */
    private static double free(Path parent) {
        for (Path folder = parent.toAbsolutePath().normalize();
                folder != null;
                folder = folder.getParent()) {
            if (Files.isDirectory(folder)) {
                try {
                    return Files.getFileStore(folder).getUsableSpace();
                } catch (IOException e) {
                    return Double.NaN;
                }
            }
        }
        return Double.NaN;
    }
}
