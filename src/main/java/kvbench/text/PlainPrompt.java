package kvbench.text;

/**
 * The prompt form of models without a chat template: lines of {@code role: content}, the last one
 * an open {@code assistant:}.
 *
 * <p>Gives the pieces that {@link ConversationScript} encodes, each on its own; a form with other
 * marks gives the same three.
 */
final class PlainPrompt {
    private PlainPrompt() {}

    /** From the start to where the first reply begins. */
    static String opening(Scenario scenario) {
        return "system: " + scenario.system() + user(scenario.turns().getFirst());
    }

    /** From the end of the reply before to where the reply of this turn begins. */
    static String user(Scenario.Turn turn) {
        return "\nuser: " + turn.user() + "\nassistant:";
    }

    /** The scripted reply, as it goes on after {@code assistant:}. */
    static String reply(Scenario.Turn turn) {
        return " " + turn.assistant();
    }
}
