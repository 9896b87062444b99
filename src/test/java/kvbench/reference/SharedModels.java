package kvbench.reference;

import org.junit.jupiter.api.Assumptions;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Real models that some tests need and git does not hold: {@code models/NAME} under the shared
 * folder, which is {@code ../shared} or the system property {@code kvbench.shared}.
 */
public final class SharedModels {
    private static final String FOLDER_PROPERTY = "kvbench.shared";
    private static final String DEFAULT_FOLDER = "../shared";

    /** A trained Llama of 260K parameters, with what llama2.c generates from it. */
    public static final String STORIES_260K = "stories260K";

    private SharedModels() {}

    /**
     * The folder of the model {@code name}; where it is missing, the calling test is skipped.
     *
     * @throws org.opentest4j.TestAbortedException if there is no such folder
     */
    public static Path folder(String name) {
        return folder(Path.of(System.getProperty(FOLDER_PROPERTY, DEFAULT_FOLDER)), name);
    }

    static Path folder(Path shared, String name) {
        Path folder = shared.resolve("models").resolve(name);
        if (!Files.isDirectory(folder)) {
            Assumptions.abort(
                    "Test skipped: it needs the model %s, and %s is not a folder. Name the folder that holds models/%s with -D%s=FOLDER."
                            .formatted(name, folder, name, FOLDER_PROPERTY));
        }
        return folder;
    }
}
