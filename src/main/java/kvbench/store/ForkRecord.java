package kvbench.store;

import kvbench.model.InputException;

import org.openjdk.jmh.results.BenchmarkResult;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What JMH measured in one fork, kept as JMH itself hands it from process to process: Java's
 * serialised form, which loses nothing, so that results read back aggregate as if they had never
 * left memory.
 *
 * <p>Its SHA-256 stands before it, so that a disk's error is told from a result. Only classes of
 * JMH and plain Java collections are read, and none larger than the file can fill.
 */
final class ForkRecord {
    /** Name of the file in a fork's folder. */
    static final String FILE_NAME = "result.jmh";

    private static final int DIGEST_BYTES = 32;

    private ForkRecord() {}

    static byte[] toBytes(BenchmarkResult result) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(result);
        }
        return withDigest(bytes.toByteArray());
    }

    static byte[] withDigest(byte[] serialised) {
        return ByteBuffer.allocate(DIGEST_BYTES + serialised.length)
                .put(digest(serialised))
                .put(serialised)
                .array();
    }

    /** The digest that a record begins with: two that are equal are of one measurement. */
    static ByteBuffer digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return ByteBuffer.wrap(in.readNBytes(DIGEST_BYTES));
        }
    }

    /**
     * Reads what {@link #toBytes} gave.
     *
     * @throws InputException if the file is broken, or of another version of JMH
     */
    static BenchmarkResult read(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length <= DIGEST_BYTES) {
                throw unusable(file, bytes.length + " bytes", null);
            }
            byte[] serialised = Arrays.copyOfRange(bytes, DIGEST_BYTES, bytes.length);
            if (!Arrays.equals(digest(serialised), 0, DIGEST_BYTES, bytes, 0, DIGEST_BYTES)) {
                throw unusable(file, "that some of its bytes have changed", null);
            }
            return result(file, serialised);
        } catch (IOException e) {
            throw unusable(file, "that it cannot be read (" + e + ")", e);
        }
    }

    private static BenchmarkResult result(Path file, byte[] serialised) {
        try (var in = new ObjectInputStream(new ByteArrayInputStream(serialised))) {
            in.setObjectInputFilter(new OnlyResults(serialised.length));
            if (in.readObject() instanceof BenchmarkResult result && isWhole(result)) {
                return result;
            }
            throw unusable(file, "something else", null);
        } catch (IOException | ClassNotFoundException e) {
            throw unusable(file, "that it cannot be read (" + e + ")", e);
        } catch (InputException e) {
            throw e;
        } catch (RuntimeException e) {
            // Of JMH's classes, which do not expect that anything of theirs is missing.
            throw unusable(file, "that it cannot be read (" + e + ")", e);
        }
    }

    /** Asks for what a run's files are composed of. */
    private static boolean isWhole(BenchmarkResult result) {
        return !result.getIterationResults().isEmpty()
                && result.getParams().id() != null
                && result.getPrimaryResult().getScoreUnit() != null
                && result.getSecondaryResults().values().stream()
                        .allMatch(secondary -> secondary.getScoreUnit() != null);
    }

    private static byte[] digest(byte[] serialised) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(serialised);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * Lets the classes of results be made, and nothing else.
     *
     * @param bytes length of what is read: more elements or objects it cannot hold
     */
    private record OnlyResults(long bytes) implements ObjectInputFilter {
        /** Twice what a result with every profiler has. */
        private static final int DEEPEST = 26;

        private static final List<String> PACKAGES =
                List.of("org.openjdk.jmh.", "kvbench.profile.");

        private static final Set<String> OF_JAVA =
                Set.of(
                        "java.lang.Boolean",
                        "java.lang.Double",
                        "java.lang.Enum",
                        "java.lang.Integer",
                        "java.lang.Long",
                        "java.lang.Number",
                        "java.lang.Object",
                        "java.lang.String",
                        "java.lang.Thread$State",
                        "java.util.ArrayList",
                        "java.util.Arrays$ArrayList",
                        "java.util.CollSer",
                        "java.util.Collections$EmptyList",
                        "java.util.Collections$SingletonList",
                        "java.util.Collections$SingletonSet",
                        "java.util.EnumMap",
                        "java.util.HashMap",
                        "java.util.ImmutableCollections$List12",
                        "java.util.ImmutableCollections$ListN",
                        "java.util.LinkedHashMap",
                        "java.util.Map$Entry",
                        "java.util.TreeMap",
                        "java.util.concurrent.TimeUnit");

        @Override
        public Status checkInput(FilterInfo info) {
            if (info.depth() > DEEPEST || info.arrayLength() > bytes || info.references() > bytes) {
                return Status.REJECTED;
            }
            Class<?> type = info.serialClass();
            if (type == null) {
                return Status.UNDECIDED;
            }
            while (type.isArray()) {
                type = type.getComponentType();
            }
            String name = type.getName();
            boolean known =
                    type.isPrimitive()
                            || OF_JAVA.contains(name)
                            || PACKAGES.stream().anyMatch(name::startsWith);
            return known ? Status.ALLOWED : Status.REJECTED;
        }
    }

    private static InputException unusable(Path file, String found, Throwable cause) {
        return InputException.unusable(
                "%s: expected the result of one fork as this version of the suite keeps it, found %s. Remove the folder %s and have the fork measured again with `bench --resume`."
                        .formatted(file, InputException.quote(found), file.getParent()),
                cause);
    }
}
