package kvbench.context;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The version of the suite that measured.
 *
 * @param suiteVersion the jar's version
 * @param codeSha256 SHA-256 of all that the jar holds but its manifest, or of all class files where
 *     the suite runs from a folder
 * @param built what git said of the sources when they were built
 * @param checkedOut what git says, as the run begins, of the folder that the suite was loaded from
 *     (not of that in which it was started): the jar may be older, or younger
 */
public record Source(String suiteVersion, String codeSha256, Revision built, Revision checkedOut) {
    private static final Duration GIT_TIMEOUT = Duration.ofMillis(800);
    private static final List<String> GIT_STATUS =
            List.of("git", "--no-optional-locks", "status", "--porcelain=v2", "--branch");

    /** Variables by which a surrounding git command would point this one elsewhere. */
    private static final List<String> GIT_REDIRECTS =
            List.of("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE");

    /**
     * What the build wrote: the first lines of {@link #GIT_STATUS}, none where git was not there.
     */
    private static final String BUILT = "git-status.txt";

    /** The suite that runs this. */
    public static Source here() {
        try {
            var location = Source.class.getProtectionDomain().getCodeSource().getLocation();
            Path path = Path.of(location.toURI());
            boolean isFolder = Files.isDirectory(path);
            return new Source(
                    version(),
                    isFolder ? Sha256.ofFolder(path) : Sha256.ofJar(path),
                    toldByTheBuild(),
                    checkedOut(isFolder ? path : path.getParent(), GIT_STATUS));
        } catch (URISyntaxException
                | IllegalArgumentException
                | FileSystemNotFoundException
                | SecurityException e) {
            String why = "the suite was loaded from no folder";
            return new Source(
                    version(), Unknown.because(why), toldByTheBuild(), Revision.unknown(why));
        }
    }

    /** Whether both are the same bytes, whatever git says; what is unknown is not. */
    public boolean isSameCodeAs(Source other) {
        return !Unknown.is(codeSha256) && codeSha256.equals(other.codeSha256);
    }

    /** The revision that was built, or that of the folder where the build does not know. */
    public Revision revision() {
        return built.isKnown() ? built : checkedOut;
    }

    private static Revision toldByTheBuild() {
        String status = "";
        try (InputStream in = Source.class.getResourceAsStream(BUILT)) {
            if (in != null) {
                status = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            return Revision.unknown("what the build wrote of it cannot be read");
        }
        return status.isBlank()
                ? Revision.unknown("the suite was built outside a git repository")
                : Revision.parse(status);
    }

    /**
     * The working tree that holds {@code folder}, as {@code gitStatus} tells it there: a command
     * that prints git's porcelain v2 with branch headers.
     */
    static Revision checkedOut(Path folder, List<String> gitStatus) {
        try {
            var builder = new ProcessBuilder(gitStatus).directory(folder.toFile());
            builder.environment().keySet().removeAll(GIT_REDIRECTS);
            builder.redirectError(ProcessBuilder.Redirect.DISCARD);
            return answer(builder.start());
        } catch (IOException e) {
            return Revision.unknown("git could not be run");
        }
    }

    private static Revision answer(Process git) {
        try {
            var output = CompletableFuture.supplyAsync(() -> read(git.getInputStream()));
            String text = output.get(GIT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (!git.waitFor(GIT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                return Revision.unknown("git took too long");
            }
            return git.exitValue() == 0
                    ? Revision.parse(text)
                    : Revision.unknown("git status ended with " + git.exitValue());
        } catch (TimeoutException e) {
            return Revision.unknown("git took too long");
        } catch (ExecutionException e) {
            return Revision.unknown("git's answer could not be read");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Revision.unknown("the run was interrupted");
        } finally {
            git.destroyForcibly();
        }
    }

    private static String read(InputStream output) {
        try (output) {
            return new String(output.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String version() {
        return Unknown.unless(
                Source.class.getPackage().getImplementationVersion(),
                "not run from benchmarks.jar");
    }
}
