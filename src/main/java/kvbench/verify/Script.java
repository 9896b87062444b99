package kvbench.verify;

import kvbench.text.ConversationScript;
import kvbench.text.Scenarios;
import kvbench.text.Tokenizer;

import java.util.Arrays;

/**
 * What every strategy is asked when its tokens are compared: a prompt, and a second one that
 * follows the answer.
 *
 * <p>It touches each path through a cache: the first prompt, steps, the second prompt onto a filled
 * cache, steps, a rewind into the first answer, and the second prompt from there, where other text
 * was. So does a conversation in the scope of the session, whichever reply it goes on from.
 *
 * @param firstPrompt at least one token
 * @param secondPrompt at least one token
 * @param newTokens tokens of each of the three answers, at least 1
 */
public record Script(int[] firstPrompt, int[] secondPrompt, int newTokens) {
    /** Answers: to the first prompt, to the second, and to that again after the rewind. */
    static final int ANSWERS = 3;

    private static final String SCENARIO = "insurance_claim_auto";

    private static final int BRIEF_PROMPT_TOKENS = 24;
    private static final int BRIEF_NEW_TOKENS = 8;

    /**
     * Two prompts out of a bundled scenario, one where the other ends.
     *
     * @param promptTokens tokens of each
     */
    public static Script of(Tokenizer tokenizer, int promptTokens, int newTokens) {
        int[] text =
                ConversationScript.of(Scenarios.load(SCENARIO), tokenizer, 2).scriptedPrompt(1);
        int length = Math.min(promptTokens, text.length / 2);
        return new Script(
                Arrays.copyOf(text, length),
                Arrays.copyOfRange(text, length, 2 * length),
                newTokens);
    }

    /**
     * A script that takes seconds even without a cache on a model of a billion weights: prompts of
     * {@value #BRIEF_PROMPT_TOKENS} tokens and answers of {@value #BRIEF_NEW_TOKENS}, or less where
     * that is more than the context holds.
     */
    static Script brief(Tokenizer tokenizer, int contextLength) {
        int newTokens = Math.clamp(contextLength / 4, 1, BRIEF_NEW_TOKENS);
        int promptTokens = Math.clamp(contextLength / 2 - newTokens, 1, BRIEF_PROMPT_TOKENS);
        return of(tokenizer, promptTokens, newTokens);
    }

    /** Slots that the script needs. */
    long length() {
        return firstPrompt.length + secondPrompt.length + 2L * newTokens;
    }

    /**
     * Tokens that are kept of the first prompt and its answer before the second prompt comes again:
     * half of the answer that a cache holds is cut.
     */
    int cut() {
        return firstPrompt.length + (newTokens - 1) / 2;
    }

    /** Tokens that each strategy says. */
    int tokens() {
        return ANSWERS * newTokens;
    }
}
