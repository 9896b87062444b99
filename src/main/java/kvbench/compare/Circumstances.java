package kvbench.compare;

import kvbench.context.RunContext;
import kvbench.context.Source;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What beside the code can make two runs differ, and stands in neither context alone, in sentences.
 */
final class Circumstances {
    private Circumstances() {}

    static List<String> of(Side base, Side candidate) {
        var sentences = new ArrayList<String>();
        if (isSameCode(base, candidate)) {
            sentences.add(
                    "%s and %s ran the same code: what differs between them is noise, or what they ran on."
                            .formatted(base.name(), candidate.name()));
        }
        turns(base, candidate).ifPresent(sentences::add);
        return sentences;
    }

    private static boolean isSameCode(Side base, Side candidate) {
        Optional<Source> mine = base.run().context().map(RunContext::source);
        Optional<Source> theirs = candidate.run().context().map(RunContext::source);
        return mine.isPresent() && theirs.filter(mine.get()::isSameCodeAs).isPresent();
    }

    /** Runs that all began before the first of the other side's had no neighbour in common. */
    private static Optional<String> turns(Side base, Side candidate) {
        List<String> before = base.run().begun();
        List<String> after = candidate.run().begun();
        if (before.isEmpty() || after.isEmpty()) {
            return Optional.empty();
        }
        if (before.getLast().compareTo(after.getFirst()) < 0) {
            return Optional.of(notInTurns(base, candidate));
        }
        return after.getLast().compareTo(before.getFirst()) < 0
                ? Optional.of(notInTurns(candidate, base))
                : Optional.empty();
    }

    private static String notInTurns(Side first, Side second) {
        return "%s was measured after %s, not in turns with it: what else changed on the machine in between looks like a difference of the two."
                .formatted(second.name(), first.name());
    }
}
