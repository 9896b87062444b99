package kvbench.natives;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/** The folder of libraries too large for the suite's jar: {@value #NAME}, beside it. */
public final class NativesFolder {
    /** Its name. */
    public static final String NAME = "natives";

    private NativesFolder() {}

    /**
     * Where it is, if it is there: beside the jar that {@code type} came from, or beside the folder
     * of classes (for {@code target/classes}, {@code target/natives}). Empty for a class from
     * neither.
     */
    public static Optional<Path> beside(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || !source.getLocation().getProtocol().equals("file")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(source.getLocation().toURI()).resolveSibling(NAME));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
