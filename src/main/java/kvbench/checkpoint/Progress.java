package kvbench.checkpoint;

/** Hears how far a long write has come. Called by one thread at a time, with rising counts. */
@FunctionalInterface
public interface Progress {

    /** Hears nothing. */
    Progress SILENT = (doneBytes, totalBytes) -> {};

    /** {@code doneBytes} of {@code totalBytes} are written. */
    void advance(long doneBytes, long totalBytes);
}
