package kvbench.stats;

import java.util.SplittableRandom;

/** Laws that simulated iterations follow, as logarithms in units of their own scale. */
enum Noise {
    LOGNORMAL {
        @Override
        double next(SplittableRandom random) {
            return random.nextGaussian();
        }
    },

    /** Student's t with 3 degrees of freedom. */
    HEAVY_TAILED {
        @Override
        double next(SplittableRandom random) {
            double squares = 0;
            for (int degree = 0; degree < DEGREES_OF_FREEDOM; degree++) {
                double normal = random.nextGaussian();
                squares += normal * normal;
            }
            return random.nextGaussian() / Math.sqrt(squares / DEGREES_OF_FREEDOM);
        }
    },

    /** Lognormal, but one in 20 iterations takes three times as long. */
    OUTLIERS {
        @Override
        double next(SplittableRandom random) {
            return random.nextGaussian() + (random.nextInt(20) == 0 ? Math.log(3) / SCALE : 0);
        }
    };

    /** Standard deviation of an iteration, as a part of its time. */
    static final double SCALE = 0.02;

    private static final int DEGREES_OF_FREEDOM = 3;

    abstract double next(SplittableRandom random);

    /**
     * Scores of forks around 1.
     *
     * @param forkEffect standard deviation between forks over that between iterations
     */
    double[] forkScores(SplittableRandom random, double forkEffect, int forks, int iterations) {
        var scores = new double[forks];
        var samples = new double[iterations];
        for (int fork = 0; fork < forks; fork++) {
            double effect = forkEffect * random.nextGaussian();
            for (int iteration = 0; iteration < iterations; iteration++) {
                samples[iteration] = Math.exp(SCALE * (effect + next(random)));
            }
            scores[fork] = ForkScores.median(samples);
        }
        return scores;
    }
}
