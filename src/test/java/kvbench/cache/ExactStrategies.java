package kvbench.cache;

import java.util.List;
import java.util.stream.Stream;

/** The strategies that claim to give the tokens of no cache: the source of many tests. */
public final class ExactStrategies {
    private ExactStrategies() {}

    public static Stream<CacheStrategy> all() {
        return list().stream();
    }

    public static List<CacheStrategy> list() {
        return CacheStrategy.values().stream().filter(CacheStrategy::exact).toList();
    }
}
