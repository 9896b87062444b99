package kvbench.context;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files as Linux has them, made for a test. */
record KernelTree(Path root) {

    void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    KernelFiles kernelFiles() {
        return new KernelFiles(root);
    }
}
