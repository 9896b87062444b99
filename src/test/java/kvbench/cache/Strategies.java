package kvbench.cache;

import java.util.List;

/** The strategies that a law holds for. */
public final class Strategies {
    private Strategies() {}

    /** Those that give the tokens of no cache, each with its default settings. */
    public static List<CacheStrategy> exact() {
        return CacheStrategy.values().stream().filter(CacheStrategy::exact).toList();
    }
}
