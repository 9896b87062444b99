package kvbench.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "git is played by sh")
class SourceTest {
    @TempDir Path folder;

    @BeforeEach
    void shellIsThere() {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
    }

    @Test
    void aTreeWithoutChangesIsClean() {
        Revision source = source("printf '# branch.oid abc123\\n# branch.head main\\n'");
        assertEquals("abc123", source.commit());
        assertEquals("main", source.branch());
        assertEquals("clean", source.state());
    }

    @Test
    void aChangedOrUntrackedFileMakesItDirty() {
        assertEquals("dirty", source("printf '# branch.oid a\\n? new.java\\n'").state());
        assertEquals("dirty", source("printf '# branch.oid a\\n1 .M N... x\\n'").state());
    }

    @Test
    void anAnswerLongerThanAPipeHoldsIsReadWhole() {
        assertEquals(
                "last",
                source(
                                "i=0; while [ $i -lt 3000 ]; do echo '?"
                                    + " some/rather/long/path/to/a/file'; i=$((i+1)); done; echo '#"
                                    + " branch.head last'")
                        .branch());
    }

    @Test
    void outsideARepositoryEverythingIsUnknown() {
        Revision source = source("exit 128");
        assertEquals("unknown: git status ended with 128", source.commit());
        assertEquals(source.commit(), source.branch());
        assertEquals(source.commit(), source.state());
    }

    @Test
    void aGitThatHangsIsGivenUp() {
        assertEquals("unknown: git took too long", source("exec sleep 30").commit());
        assertEquals("unknown: git took too long", source("exec >&-; exec sleep 30").commit());
    }

    @Test
    void aMachineWithoutGitSaysSo() {
        assertEquals(
                "unknown: git could not be run",
                Source.checkedOut(folder, List.of("no-such-git-" + folder.getFileName())).commit());
    }

    @Test
    void realGitTellsTheBranchOfAFreshRepository() throws IOException, InterruptedException {
        Process init;
        try {
            init =
                    new ProcessBuilder("git", "init", "-q", folder.toString())
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            assumeTrue(false, "no git here");
            return;
        }
        assertEquals(0, init.waitFor());
        Files.writeString(folder.resolve(".git/HEAD"), "ref: refs/heads/trunk\n");
        Revision source =
                Source.checkedOut(
                        folder,
                        List.of(
                                "git",
                                "--no-optional-locks",
                                "status",
                                "--porcelain=v2",
                                "--branch"));
        assertEquals("(initial)", source.commit());
        assertEquals("trunk", source.branch());
        assertEquals("clean", source.state());
    }

    @Test
    void theFirstLinesOfTheAnswerAreEnoughOfIt() {
        assertEquals(
                new Revision("abc", "main", "dirty"),
                Revision.parse("# branch.oid abc\n# branch.head main\n1 .M N... x\n"));
    }

    /** The build has left its word, empty where it had no git. */
    @Test
    void theBuildTellsItsCommitOrThatItHadNone() {
        String commit = Source.here().built().commit();
        assertTrue(
                commit.matches(
                        "[0-9a-f]{40}|[(]initial[)]|unknown: the suite was built outside a git"
                                + " repository"),
                commit);
    }

    @Test
    void theRevisionIsThatOfTheBuildWhereThatIsKnown() {
        var built = new Revision("abc", "main", "clean");
        var there = new Revision("def", "main", "dirty");
        assertEquals(built, new Source("1", "00", built, there).revision());
        assertEquals(there, new Source("1", "00", Revision.unknown("x"), there).revision());
    }

    private Revision source(String script) {
        return Source.checkedOut(folder, List.of("/bin/sh", "-c", script));
    }
}
