package kvbench.suite;

import kvbench.context.Comparability;

import org.openjdk.jmh.runner.options.CommandLineOptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a fork's virtual machine writes when native code takes it down, {@code hs_err_pid*.log}: in
 * the fork's folder, not in whatever folder the run was started from.
 */
final class CrashReport {
    private static final String NAME = "hs_err_pid%p.log";
    private static final String NAMES = "hs_err_pid*.log";

    private CrashReport() {}

    /** The option that puts the report into {@code folder}, unless the user says where it goes. */
    static Optional<String> option(Path folder, CommandLineOptions options) {
        boolean isGiven =
                Stream.of(
                                options.getJvmArgsPrepend(),
                                options.getJvmArgs(),
                                options.getJvmArgsAppend())
                        .flatMap(words -> words.orElse(List.of()).stream())
                        .anyMatch(word -> word.startsWith(Comparability.ERROR_FILE));
        // The virtual machine takes %p for its process and %% for a percent sign.
        String file = folder.toAbsolutePath().toString().replace("%", "%%");
        return isGiven
                ? Optional.empty()
                : Optional.of(Comparability.ERROR_FILE + Path.of(file, NAME));
    }

    /** The report in {@code folder}, if there is one. */
    static Optional<Path> in(Path folder) {
        try (var reports = Files.newDirectoryStream(folder, NAMES)) {
            var found = reports.iterator();
            return found.hasNext() ? Optional.of(found.next()) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " could not be read", e);
        }
    }
}
