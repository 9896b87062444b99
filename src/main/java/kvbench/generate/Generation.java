package kvbench.generate;

/**
 * The answer to one prompt: its tokens, and when each came out.
 *
 * @param promptTokens length of the prompt
 * @param prefilledTokens tokens that the pass took in which gave the first token: fewer than the
 *     prompt has where a cache held its beginning
 * @param tokens the tokens generated, in their order
 * @param nanos time of each token since generation began, in nanoseconds: the first is that of the
 *     prefill
 */
public record Generation(int promptTokens, int prefilledTokens, int[] tokens, long[] nanos) {

    /** From the call to the last token, in nanoseconds. */
    public long totalNanos() {
        return nanos[nanos.length - 1];
    }

    /** Time to first token (TTFT), in nanoseconds: the prefill; no tokenizer, no queue. */
    public long timeToFirstToken() {
        return nanos[0];
    }

    /** From the first token to the last, in nanoseconds: the decode steps. */
    public long decodeNanos() {
        return totalNanos() - timeToFirstToken();
    }

    /**
     * Mean time per output token after the first (TPOT), in nanoseconds; NaN where there is only
     * the first.
     */
    public double timePerOutputToken() {
        return decodeNanos() / (double) (tokens.length - 1);
    }

    /** Inter-token latencies (ITL) in nanoseconds: the gap before each token but the first. */
    public long[] interTokenLatencies() {
        var gaps = new long[nanos.length - 1];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = nanos[i + 1] - nanos[i];
        }
        return gaps;
    }

    /** How the inter-token latencies spread, in nanoseconds; NaN where there is no gap. */
    public Percentiles interTokenPercentiles() {
        return Percentiles.of(interTokenLatencies());
    }

    /** Tokens generated per second of the whole time, the prefill's included. */
    public double tokensPerSecond() {
        return tokens.length * 1e9 / totalNanos();
    }
}
