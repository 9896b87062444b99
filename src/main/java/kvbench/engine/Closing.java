package kvbench.engine;

import java.util.List;

/** Closes what belongs together, whatever becomes of each part. */
final class Closing {
    private Closing() {}

    /**
     * Closes each of {@code parts}, the first first.
     *
     * @throws RuntimeException the first that one of them threw, the others suppressed in it
     */
    static void all(List<? extends AutoCloseable> parts) {
        RuntimeException first = null;
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                RuntimeException thrown =
                        e instanceof RuntimeException unchecked
                                ? unchecked
                                : new IllegalStateException(e);
                if (first == null) {
                    first = thrown;
                } else {
                    first.addSuppressed(thrown);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
