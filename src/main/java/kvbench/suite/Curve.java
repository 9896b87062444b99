package kvbench.suite;

/**
 * Seconds that a run of the model takes, by the number of tokens it attends to, its own among them:
 * a polynomial of the second degree.
 *
 * @param constant for a run of any length: reading the weights
 * @param linear for each token
 * @param quadratic for each pair of tokens
 */
record Curve(double constant, double linear, double quadratic) {
    double at(double tokens) {
        return constant + tokens * (linear + tokens * quadratic);
    }

    /** Sum over {@code count} runs, of {@code first} tokens, one more, and so on. */
    double sum(double first, double count) {
        double beyondFirst = count * (count - 1) / 2; // 0 + 1 + ... + (count - 1)
        double squaresBeyond = beyondFirst * (2 * count - 1) / 3;
        double tokens = count * first + beyondFirst;
        double squares = count * first * first + 2 * first * beyondFirst + squaresBeyond;
        return constant * count + linear * tokens + quadratic * squares;
    }
}
