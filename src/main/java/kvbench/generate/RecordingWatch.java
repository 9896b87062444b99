package kvbench.generate;

/**
 * Is told when a step is recorded for replaying, each time with nothing left for the device to do.
 */
public interface RecordingWatch {
    /** Looks on at nothing. */
    RecordingWatch NONE =
            new RecordingWatch() {
                @Override
                public void begins() {}

                @Override
                public void ended() {}
            };

    /** The step was run plainly, and is about to be recorded. */
    void begins();

    /** The step is recorded, and was replayed once. */
    void ended();
}
