package kvbench.generate;

import kvbench.model.ElementType;
import kvbench.model.InputException;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The scores of one position, in host memory.
 *
 * @param memory [count]
 * @param type float32, float16 or bfloat16
 */
record Scores(MemorySegment memory, ElementType type, int count) {

    /** Bytes of {@code count} scores. */
    static long bytes(ElementType type, int count) {
        return (long) type.bytes() * count;
    }

    float get(int token) {
        return type == ElementType.FLOAT32
                ? memory.getAtIndex(ValueLayout.JAVA_FLOAT, token)
                : type.ofHalf(memory.getAtIndex(ValueLayout.JAVA_SHORT, token));
    }

    float[] toArray() {
        var scores = new float[count];
        for (int token = 0; token < count; token++) {
            scores[token] = get(token);
        }
        return scores;
    }

    /**
     * The index of the highest score, the first of equals, as {@code torch.argmax} has it; like
     * that, a score that is not a number counts as the highest, so that none goes unseen.
     *
     * @throws InputException if that score is no finite number
     */
    int highest() {
        int best = 0;
        float highest = get(0);
        for (int token = 1; token < count; token++) {
            float score = get(token);
            if (score > highest || Float.isNaN(score)) {
                highest = score;
                best = token;
            }
        }
        if (!(Math.abs(highest) <= Float.MAX_VALUE)) {
            throw InputException.unusable(
                    "expected finite scores from the model, found %s: its weights are broken. Get them again."
                            .formatted(highest));
        }
        return best;
    }
}
