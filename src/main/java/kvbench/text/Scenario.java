package kvbench.text;

import java.util.List;

/**
 * A scripted conversation: what the user says, and a reply for those arms that must all keep to the
 * same text.
 *
 * @param name the file's name without {@code .json}; also what a report calls it
 * @param domain the trade it plays in, for grouping
 * @param title one line on what happens
 * @param system the instruction that stands before the first turn
 * @param turns the exchanges, first to last; at least one
 */
public record Scenario(String name, String domain, String title, String system, List<Turn> turns) {

    public Scenario {
        turns = List.copyOf(turns);
    }

    /**
     * One exchange.
     *
     * @param user what the user says
     * @param assistant the scripted reply
     */
    public record Turn(String user, String assistant) {}
}
