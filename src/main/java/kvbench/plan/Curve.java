package kvbench.plan;

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

    /** A run that takes in the tokens after {@code cached} ones, up to {@code tokens}. */
    double after(double cached, double tokens) {
        return constant
                + (tokens - cached) * linear
                + (tokens * tokens - cached * cached) * quadratic;
    }

    /** Sum over {@code count} runs, of {@code first} tokens, one more, and so on. */
    double sum(double first, double count) {
        double beyondFirst = count * (count - 1) / 2; // 0 + 1 + ... + (count - 1)
        double squaresBeyond = beyondFirst * (2 * count - 1) / 3;
        double tokens = count * first + beyondFirst;
        double squares = count * first * first + 2 * first * beyondFirst + squaresBeyond;
        return constant * count + linear * tokens + quadratic * squares;
    }

    /**
     * The straight line through two points, or, where it would fall, the level of the second.
     *
     * @param tokens of the first point, then of the second
     * @param seconds of each
     */
    static Curve line(double[] tokens, double[] seconds) {
        double slope = (seconds[1] - seconds[0]) / (tokens[1] - tokens[0]);
        return slope <= 0
                ? new Curve(seconds[1], 0, 0)
                : new Curve(Math.max(0, seconds[0] - slope * tokens[0]), slope, 0);
    }

    /**
     * The curve with this constant that goes through the second point, and through the first too
     * where it can without a coefficient below 0.
     *
     * @param constant seconds of a run of any length
     * @param tokens of the first point, then of the second, which is longer
     * @param seconds of each
     */
    static Curve through(double constant, double[] tokens, double[] seconds) {
        double start = Math.min(constant, Math.min(seconds[0], seconds[1]));
        double first = (seconds[0] - start) / tokens[0]; // linear + tokens[0] * quadratic
        double second = (seconds[1] - start) / tokens[1];
        double quadratic = (second - first) / (tokens[1] - tokens[0]);
        double most = second / tokens[1]; // all of it quadratic
        quadratic = Math.clamp(quadratic, 0, most);
        return new Curve(start, second - quadratic * tokens[1], quadratic);
    }
}
