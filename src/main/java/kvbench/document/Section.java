package kvbench.document;

import java.util.List;

/**
 * A part of a report.
 *
 * @param heading in one line
 * @param depth whether it belongs to the short form, and whether it is folded in a page
 * @param blocks from top to bottom
 */
public record Section(String heading, Depth depth, List<Block> blocks) {

    /** For whom a section is. */
    public enum Depth {
        /** For every reader: in the short form too. */
        BRIEF,
        /** For a reader of the whole. */
        FULL,
        /** For who wants to check: folded in a page. */
        DETAIL
    }

    public Section {
        blocks = List.copyOf(blocks);
    }

    /** Whether the short form has it. */
    public boolean isBrief() {
        return depth == Depth.BRIEF;
    }

    /** Whether there is nothing in it. */
    public boolean isEmpty() {
        return blocks.isEmpty();
    }
}
