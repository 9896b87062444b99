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
 * <p>The commit is that of the folder the suite was loaded from, not of the folder it was started
 * in. Untracked files count as changes, since one of them may be a source file.
 *
 * @param suiteVersion the jar's version
 * @param commit full hash
 * @param branch branch, or {@code (detached)}
 * @param state {@code clean} or {@code dirty}
 */
public record Source(String suiteVersion, String commit, String branch, String state) {
    private static final Duration GIT_TIMEOUT = Duration.ofMillis(800);
    private static final List<String> GIT_STATUS =
            List.of("git", "--no-optional-locks", "status", "--porcelain=v2", "--branch");

    /** Variables by which a surrounding git command would point this one elsewhere. */
    private static final List<String> GIT_REDIRECTS =
            List.of("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE");

    private static final String COMMIT = "# branch.oid ";
    private static final String BRANCH = "# branch.head ";

    /** The suite that runs this. */
    public static Source here() {
        try {
            var location = Source.class.getProtectionDomain().getCodeSource().getLocation();
            Path path = Path.of(location.toURI());
            return of(Files.isDirectory(path) ? path : path.getParent(), GIT_STATUS);
        } catch (URISyntaxException
                | IllegalArgumentException
                | FileSystemNotFoundException
                | SecurityException e) {
            return unknown("the suite was loaded from no folder");
        }
    }

    /**
     * The source whose working tree holds {@code folder}, as {@code gitStatus} tells it there: a
     * command that prints git's porcelain v2 with branch headers.
     */
    static Source of(Path folder, List<String> gitStatus) {
        try {
            var builder = new ProcessBuilder(gitStatus).directory(folder.toFile());
            builder.environment().keySet().removeAll(GIT_REDIRECTS);
            builder.redirectError(ProcessBuilder.Redirect.DISCARD);
            return answer(builder.start());
        } catch (IOException e) {
            return unknown("git could not be run");
        }
    }

    private static Source answer(Process git) {
        try {
            var output = CompletableFuture.supplyAsync(() -> read(git.getInputStream()));
            String text = output.get(GIT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (!git.waitFor(GIT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                return unknown("git took too long");
            }
            return git.exitValue() == 0
                    ? parse(text)
                    : unknown("git status ended with " + git.exitValue());
        } catch (TimeoutException e) {
            return unknown("git took too long");
        } catch (ExecutionException e) {
            return unknown("git's answer could not be read");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unknown("the run was interrupted");
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

    private static Source parse(String status) {
        String unsaid = "git did not say";
        String changes = status.lines().allMatch(line -> line.startsWith("#")) ? "clean" : "dirty";
        return new Source(
                version(), header(status, COMMIT, unsaid), header(status, BRANCH, unsaid), changes);
    }

    private static String header(String status, String name, String unsaid) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()))
                .findFirst()
                .orElse(Unknown.because(unsaid));
    }

    private static Source unknown(String why) {
        String unknown = Unknown.because(why);
        return new Source(version(), unknown, unknown, unknown);
    }

    private static String version() {
        return Unknown.unless(
                Source.class.getPackage().getImplementationVersion(),
                "not run from benchmarks.jar");
    }
}
