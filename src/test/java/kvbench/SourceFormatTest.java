package kvbench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every source file stands as google-java-format (AOSP style) writes it.
 *
 * <p>A test and not a Maven plugin, because the formatter needs the parser of the JDK that the
 * sources are written for, and only the tests are sure to run on that one. {@code
 * -Dkvbench.format=write} mends the files.
 */
class SourceFormatTest {
    private static final boolean WRITE = "write".equals(System.getProperty("kvbench.format"));

    @Test
    void everySourceIsFormatted() throws IOException, FormatterException {
        var formatter =
                new Formatter(
                        JavaFormatterOptions.builder()
                                .style(JavaFormatterOptions.Style.AOSP)
                                .build());
        var unformatted = new ArrayList<String>();
        for (Path source : sources()) {
            String text = Files.readString(source);
            String formatted =
                    formatter.formatSourceAndFixImports(
                            RemoveUnusedImports.removeUnusedImports(text));
            if (formatted.equals(text)) {
                continue;
            }
            if (WRITE) {
                Files.writeString(source, formatted);
            } else {
                unformatted.add(source.toString());
            }
        }
        assertEquals(
                List.of(),
                unformatted,
                "mend with: mvn test -Dtest=SourceFormatTest -Dkvbench.format=write");
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }
}
