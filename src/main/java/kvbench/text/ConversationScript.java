package kvbench.text;

import kvbench.model.InputException;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringTokenizer;
import java.util.stream.IntStream;

/**
 * The ids of a scenario's conversation, in pieces, so that each turn's prompt begins exactly with
 * the prompt before it and the reply to that.
 *
 * <p>Each piece is encoded on its own and never again: encoding a grown text afresh could merge
 * across a seam, and a cache filled in the turn before would then hold other tokens than the
 * prompt.
 *
 * <p>The prompt of turn 0 is {@link #opening()}. The prompt of turn t is the prompt of turn t - 1,
 * the reply to it, and {@link #user user(t)}. The reply is {@link #reply reply(t - 1)} in a
 * scripted history, the ids that the model gave in a generated one; the line end after it belongs
 * to the user's piece, so both histories are put together alike.
 */
public final class ConversationScript {
    private final int[] opening;
    private final List<int[]> users = new ArrayList<>();
    private final List<int[]> replies = new ArrayList<>();
    private final List<Integer> words = new ArrayList<>();

    private ConversationScript(List<Scenario.Turn> turns, String openingText, Tokenizer tokenizer) {
        opening = joined(List.of(tokenizer.prefix(), tokenizer.encodePlain(openingText)));
        int promptWords = words(openingText);
        for (Scenario.Turn turn : turns) {
            String userText = PlainPrompt.user(turn);
            String replyText = PlainPrompt.reply(turn);
            if (!words.isEmpty()) {
                promptWords += words(userText);
            }
            words.add(promptWords);
            promptWords += words(replyText);
            users.add(tokenizer.encodeContinuation(userText));
            replies.add(tokenizer.encodeContinuation(replyText));
        }
    }

    /**
     * Encodes the first {@code turns} turns of a scenario in the plain {@code role: content} form.
     *
     * @throws InputException if {@code turns} is less than 1 or more than the scenario has
     */
    public static ConversationScript of(Scenario scenario, Tokenizer tokenizer, int turns) {
        int most = scenario.turns().size();
        if (turns < 1 || turns > most) {
            throw InputException.wrongUse(
                    "turns: expected 1 to %d, as many as scenario %s has, found %d. Choose fewer turns or a longer scenario."
                            .formatted(most, scenario.name(), turns));
        }
        return new ConversationScript(
                scenario.turns().subList(0, turns), PlainPrompt.opening(scenario), tokenizer);
    }

    /** How many turns were encoded. */
    public int turns() {
        return replies.size();
    }

    /** From the tokenizer's prefix to where the reply of turn 0 begins. */
    public int[] opening() {
        return opening.clone();
    }

    /**
     * From the end of the reply before to where the reply of this turn begins.
     *
     * @param turn 1 or more: what the user says in turn 0 is in the opening
     */
    public int[] user(int turn) {
        if (turn == 0) {
            throw new IndexOutOfBoundsException("turn 0 is in the opening");
        }
        return users.get(turn).clone();
    }

    /** The scripted reply of a turn, without the line end after it. */
    public int[] reply(int turn) {
        return replies.get(turn).clone();
    }

    /** The whole prompt of a turn, with the scripted replies as its history. */
    public int[] scriptedPrompt(int turn) {
        Objects.checkIndex(turn, turns());
        var pieces = new ArrayList<int[]>();
        pieces.add(opening);
        for (int t = 1; t <= turn; t++) {
            pieces.add(replies.get(t - 1));
            pieces.add(users.get(t));
        }
        return joined(pieces);
    }

    /**
     * Words of context in {@link #scriptedPrompt}: runs without white space, the role marks
     * included.
     */
    public int words(int turn) {
        return words.get(turn);
    }

    private static int words(String text) {
        return new StringTokenizer(text).countTokens();
    }

    private static int[] joined(List<int[]> pieces) {
        return pieces.stream().flatMapToInt(IntStream::of).toArray();
    }
}
