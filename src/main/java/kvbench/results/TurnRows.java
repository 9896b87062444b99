package kvbench.results;

import kvbench.model.InputException;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads {@code turns.csv}. */
public final class TurnRows {
    /** Name of the file in a run's folder. */
    public static final String FILE_NAME = "turns.csv";

    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();

    private TurnRows() {}

    /**
     * The measured turns of the run in {@code folder}; a run without the file has none.
     *
     * @throws InputException if the file cannot be read or is no such table
     */
    public static List<TurnRow> in(Path folder) {
        Path file = folder.resolve(FILE_NAME);
        if (!Files.exists(file)) {
            return List.of();
        }
        var rows = new ArrayList<TurnRow>();
        try (CSVParser parser = CSVParser.parse(file, StandardCharsets.UTF_8, FORMAT)) {
            if (Set.copyOf(parser.getHeaderNames()).size() < parser.getHeaderNames().size()) {
                throw unusable(file, "two columns of one name", null);
            }
            for (CSVRecord record : parser) {
                if (!record.isConsistent()) {
                    throw unusable(
                            file,
                            "line %d with %d fields where the head has %d"
                                    .formatted(
                                            parser.getCurrentLineNumber(),
                                            record.size(),
                                            parser.getHeaderNames().size()),
                            null);
                }
                rows.add(new TurnRow(record.toMap()));
            }
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw unusable(file, e.getMessage(), e);
        }
        return List.copyOf(rows);
    }

    private static InputException unusable(Path file, String found, Throwable cause) {
        return InputException.unusable(
                "%s: expected the turns as this suite writes them, found %s. Remove the file to see the rest."
                        .formatted(file, InputException.quote(String.valueOf(found))),
                cause);
    }
}
