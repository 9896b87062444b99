package kvbench.stats;

/**
 * Runs in a row, and how much they stand out from the rest of their segment.
 *
 * @param from index of the first run
 * @param to index after the last run
 * @param energy the energy distance between stretch and rest, weighted by their sizes
 */
record Stretch(int from, int to, double energy) {
    static final Stretch NONE = new Stretch(0, 0, Double.NEGATIVE_INFINITY);

    Stretch orAbove(Stretch other) {
        return other.energy > energy ? other : this;
    }

    /**
     * The stretch of the segment that stands out most, or none if the segment is too short for one:
     * neither the stretch nor what is left on a side of it may be shorter than {@link
     * ChangePoints#SHORTEST_SEGMENT}.
     */
    static Stretch mostOutstanding(double[] values, int segmentFrom, int segmentTo) {
        int shortest = ChangePoints.SHORTEST_SEGMENT;
        int runs = segmentTo - segmentFrom;
        double[][] distances = summedDistances(values, segmentFrom, runs);
        Stretch best = NONE;
        for (int from = 0; from <= runs - 2 * shortest; from += from == 0 ? shortest : 1) {
            // Up to the end it would be the rest of one that begins the segment.
            for (int to = from + shortest; to <= runs - shortest; to++) {
                double energy = energy(distances, from, to);
                if (energy > best.energy()) {
                    best = new Stretch(segmentFrom + from, segmentFrom + to, energy);
                }
            }
        }
        return best;
    }

    /** [i][j]: the distances from the first i runs to the first j, summed. */
    private static double[][] summedDistances(double[] values, int from, int runs) {
        var sums = new double[runs + 1][runs + 1];
        for (int i = 0; i < runs; i++) {
            double row = 0;
            for (int j = 0; j < runs; j++) {
                row += Math.abs(values[from + i] - values[from + j]);
                sums[i + 1][j + 1] = sums[i][j + 1] + row;
            }
        }
        return sums;
    }

    private static double energy(double[][] distances, int from, int to) {
        int runs = distances.length - 1;
        double size = to - from;
        double rest = runs - size;
        double toAll = distances[to][runs] - distances[from][runs];
        double within =
                distances[to][to]
                        - distances[from][to]
                        - distances[to][from]
                        + distances[from][from];
        double between = toAll - within;
        double withinRest = distances[runs][runs] - 2 * between - within;
        return size
                * rest
                / runs
                * (2 * between / (size * rest)
                        - within / (size * size)
                        - withinRest / (rest * rest));
    }
}
