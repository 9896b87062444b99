package kvbench.context;

/**
 * What git says of a working tree. Untracked files count as changes, since one of them may be a
 * source file.
 *
 * @param commit full hash
 * @param branch branch, or {@code (detached)}
 * @param state {@code clean} or {@code dirty}
 */
public record Revision(String commit, String branch, String state) {
    private static final String COMMIT = "# branch.oid ";
    private static final String BRANCH = "# branch.head ";

    /** A revision of which nothing is known. */
    static Revision unknown(String why) {
        String unknown = Unknown.because(why);
        return new Revision(unknown, unknown, unknown);
    }

    /** What {@code git status --porcelain=v2 --branch} printed, or at least its first lines. */
    static Revision parse(String status) {
        String changes = status.lines().allMatch(line -> line.startsWith("#")) ? "clean" : "dirty";
        return new Revision(header(status, COMMIT), header(status, BRANCH), changes);
    }

    private static String header(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()))
                .findFirst()
                .orElse(Unknown.because("git did not say"));
    }

    boolean isKnown() {
        return !Unknown.is(commit);
    }
}
