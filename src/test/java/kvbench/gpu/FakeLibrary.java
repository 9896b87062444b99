package kvbench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A library built of C in the resources, and the functions of it that are for tests; a machine
 * without a C compiler skips what needs it.
 */
final class FakeLibrary {
    private static final long LONGEST_TEXT = 1 << 20;

    private final SymbolLookup symbols;

    /** The library at {@code path}, the same that the code under test loads from there. */
    @SuppressWarnings("restricted")
    FakeLibrary(Path path) {
        symbols = SymbolLookup.libraryLookup(path, Arena.global());
    }

    /**
     * Builds a library in {@code folder}.
     *
     * @param source name of a resource
     * @param variants macros of the source
     */
    static Path build(Path folder, String source, String... variants)
            throws IOException, InterruptedException {
        Path file = folder.resolve(source);
        try (InputStream text = FakeLibrary.class.getResourceAsStream("/kvbench/gpu/" + source)) {
            Files.write(file, text.readAllBytes());
        }
        String name = source.replace(".c", String.join("", variants));
        Path library = folder.resolve("lib" + name + ".so");
        var command = new ArrayList<>(List.of("cc", "-shared", "-fPIC", "-Wall", "-Werror"));
        for (String variant : variants) {
            command.add("-D" + variant);
        }
        command.addAll(List.of("-o", library.toString(), file.toString()));
        Process compiler;
        try {
            compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "no C compiler (cc) here, and so no " + source + " to try");
            throw e;
        }
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, compiler.waitFor(), said);
        return library;
    }

    /** The text that {@code function} gives. */
    @SuppressWarnings("restricted")
    String text(String function) {
        var address = (MemorySegment) call(function, FunctionDescriptor.of(ADDRESS));
        return address.reinterpret(LONGEST_TEXT).getString(0);
    }

    /** The number that {@code function} gives. */
    int number(String function) {
        return (int) call(function, FunctionDescriptor.of(JAVA_INT));
    }

    /** Calls a function without a result. */
    void tell(String function, Object... arguments) {
        MemoryLayout[] layouts =
                Arrays.stream(arguments)
                        .map(
                                argument ->
                                        switch (argument) {
                                            case Integer number -> JAVA_INT;
                                            case Long number -> JAVA_LONG;
                                            default -> ADDRESS;
                                        })
                        .toArray(MemoryLayout[]::new);
        call(function, FunctionDescriptor.ofVoid(layouts), arguments);
    }

    @SuppressWarnings("restricted")
    private Object call(String function, FunctionDescriptor descriptor, Object... arguments) {
        try {
            return Linker.nativeLinker()
                    .downcallHandle(symbols.findOrThrow(function), descriptor)
                    .invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new AssertionError(function, e);
        }
    }
}
