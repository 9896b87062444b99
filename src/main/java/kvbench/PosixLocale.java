package kvbench;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Texts beyond ASCII where the locale is the bare {@code C} or {@code POSIX}, as it is in most
 * containers: there the JVM reads and writes ASCII only, though the terminal and the scripts around
 * it mean UTF-8.
 */
final class PosixLocale {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private PosixLocale() {}

    /**
     * The command line's words as they were typed, where the system lets them be read again; else
     * {@code args}.
     */
    static String[] words(String[] args) {
        if (!isAscii(System.getProperty("sun.jnu.encoding"))) {
            return args;
        }
        try {
            return words(Files.readString(COMMAND_LINE), args);
        } catch (IOException e) {
            return args;
        }
    }

    /** The last words of {@code commandLine}, each ended by a NUL, as many as {@code args} has. */
    static String[] words(String commandLine, String[] args) {
        List<String> all = Arrays.asList(commandLine.split("\0", -1));
        int end = all.size() - 1;
        if (end < args.length) {
            return args;
        }
        String[] words = all.subList(end - args.length, end).toArray(String[]::new);
        return Arrays.equals(ascii(words), ascii(args)) ? words : args;
    }

    /**
     * Words from a file of arguments are not on the command line: only what else is equal is the
     * same.
     */
    private static String[] ascii(String[] words) {
        return Arrays.stream(words)
                .map(word -> word.replaceAll("[^\\x00-\\x7f]", ""))
                .toArray(String[]::new);
    }

    /** Writes UTF-8 where the JVM would write ASCII and question marks. */
    static void writeUtf8() {
        if (isAscii(System.getProperty("stdout.encoding"))) {
            System.setOut(
                    new PrintStream(
                            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
                            true,
                            StandardCharsets.UTF_8));
        }
    }

    private static boolean isAscii(String encoding) {
        return encoding != null
                && Charset.isSupported(encoding)
                && Charset.forName(encoding).equals(StandardCharsets.US_ASCII);
    }
}
