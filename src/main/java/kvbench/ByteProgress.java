package kvbench;

import kvbench.checkpoint.Progress;

import java.io.PrintStream;

/** A line on the console that grows with the bytes written. Says nothing where none are. */
final class ByteProgress implements Progress, AutoCloseable {
    private static final double MIB = 1 << 20;
    private static final int PERCENT = 100;

    private final String what;
    private final PrintStream out;
    private final boolean live = Terminal.isLive();
    private int shown = -1;

    ByteProgress(String what, PrintStream out) {
        this.what = what;
        this.out = out;
    }

    @Override
    public void advance(long doneBytes, long totalBytes) {
        int percent = (int) (doneBytes * PERCENT / Math.max(1, totalBytes));
        if (shown < 0 && !live) {
            out.printf("%s: %,.0f MiB%n", what, totalBytes / MIB);
        }
        if (live && percent > shown) {
            out.printf("\r%s: %3d %% of %,.0f MiB", what, percent, totalBytes / MIB);
            out.flush();
        }
        shown = Math.max(shown, percent);
    }

    @Override
    public void close() {
        if (live && shown >= 0) {
            out.println();
        }
    }
}
