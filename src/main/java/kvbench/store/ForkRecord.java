package kvbench.store;

import kvbench.model.InputException;

import org.openjdk.jmh.results.BenchmarkResult;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What JMH measured in one fork, kept as JMH itself hands it from process to process: Java's
 * serialised form, which loses nothing, so that results read back aggregate as if they had never
 * left memory.
 *
 * <p>Only classes of JMH and plain Java collections are read, and a bounded number of them.
 */
final class ForkRecord {
    /** Name of the file in a fork's folder. */
    static final String FILE_NAME = "result.jmh";

    private static final ObjectInputFilter ONLY_RESULTS =
            ObjectInputFilter.Config.createFilter(
                    "maxdepth=100;maxrefs=10000000;maxarray=10000000;maxbytes=1073741824;"
                            + "org.openjdk.jmh.**;kvbench.profile.*;java.lang.*;java.util.*;"
                            + "java.util.concurrent.TimeUnit;!*");

    private ForkRecord() {}

    static byte[] toBytes(BenchmarkResult result) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(result);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #toBytes} gave.
     *
     * @throws InputException if the file is broken, or of another version of JMH
     */
    static BenchmarkResult read(Path file) {
        try (var in = new ObjectInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            in.setObjectInputFilter(ONLY_RESULTS);
            if (in.readObject() instanceof BenchmarkResult result) {
                return result;
            }
            throw unusable(file, "something else", null);
        } catch (IOException | ClassNotFoundException | RuntimeException e) {
            throw e instanceof InputException known
                    ? known
                    : unusable(file, "that it cannot be read (" + e + ")", e);
        }
    }

    private static InputException unusable(Path file, String found, Throwable cause) {
        return InputException.unusable(
                "%s: expected the result of one fork as this version of the suite keeps it, found %s. Remove the folder %s and have the fork measured again with `bench --resume`."
                        .formatted(file, InputException.quote(found), file.getParent()),
                cause);
    }
}
