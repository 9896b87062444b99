package kvbench.document;

import java.util.List;
import java.util.stream.Stream;

/**
 * A report before it is laid out.
 *
 * @param title in one line
 * @param summary sentences that a reader in a hurry needs; the first is the answer
 * @param warnings sentences that say what may make the summary wrong
 * @param sections the rest, the most wanted first
 */
public record Document(
        String title, List<String> summary, List<String> warnings, List<Section> sections) {
    public Document {
        summary = List.copyOf(summary);
        warnings = List.copyOf(warnings);
        sections = List.copyOf(sections);
    }

    /** The same with one more section at its end, if there is anything in it. */
    public Document with(Section last) {
        return last.isEmpty()
                ? this
                : new Document(
                        title,
                        summary,
                        warnings,
                        Stream.concat(sections.stream(), Stream.of(last)).toList());
    }

    /** The sections that a terminal shows unless all is asked for. */
    public List<Section> brief() {
        return sections.stream().filter(Section::isBrief).toList();
    }
}
