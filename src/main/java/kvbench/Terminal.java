package kvbench;

import java.io.Console;

/** Whether somebody watches. */
final class Terminal {
    private Terminal() {}

    /** Whether a line on the console may be written over. */
    static boolean isLive() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
