package kvbench.cache;

import kvbench.model.InputException;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The strategies of one name, which differ in their settings.
 *
 * @param name as a user writes it
 * @param settings what it takes after colons, in their order, as they are to be named to a user;
 *     each has a default
 * @param make makes the strategy from settings, as many as the user gave, the first first; throws
 *     {@link InputException} where one is not what it takes
 */
record StrategyFamily(
        String name, List<String> settings, Function<List<String>, CacheStrategy> make) {

    /** All of them, in the order in which results are shown. */
    private static final List<StrategyFamily> ALL =
            List.of(
                    simple(SimpleStrategy.NONE),
                    simple(SimpleStrategy.HOST),
                    simple(SimpleStrategy.DYNAMIC),
                    new StrategyFamily(
                            ChunkedStrategy.NAME, ChunkedStrategy.SETTINGS, ChunkedStrategy::of),
                    simple(SimpleStrategy.STATIC),
                    simple(SimpleStrategy.STATIC_GRAPH),
                    new StrategyFamily(
                            EvictingStrategy.WINDOW,
                            EvictingStrategy.WINDOW_SETTINGS,
                            EvictingStrategy::window),
                    new StrategyFamily(
                            EvictingStrategy.SINK,
                            EvictingStrategy.SINK_SETTINGS,
                            EvictingStrategy::sink),
                    new StrategyFamily(
                            QuantisedStrategy.INT8,
                            QuantisedStrategy.SETTINGS,
                            QuantisedStrategy::int8),
                    new StrategyFamily(
                            QuantisedStrategy.INT4,
                            QuantisedStrategy.SETTINGS,
                            QuantisedStrategy::int4));

    private static StrategyFamily simple(SimpleStrategy strategy) {
        return new StrategyFamily(strategy.toString(), List.of(), settings -> strategy);
    }

    static List<String> names() {
        return ALL.stream().map(StrategyFamily::name).toList();
    }

    static List<CacheStrategy> defaults() {
        return ALL.stream().map(family -> family.make.apply(List.of())).toList();
    }

    static CacheStrategy parse(String text) {
        String[] parts = text.split(":", -1);
        return ALL.stream()
                .filter(family -> family.name.equals(parts[0]))
                .findFirst()
                .orElseThrow(
                        () ->
                                InputException.wrongUse(
                                        "unknown strategy \"%s\": expected one of %s."
                                                .formatted(text, String.join(", ", names()))))
                .of(text, Arrays.asList(parts).subList(1, parts.length));
    }

    private CacheStrategy of(String text, List<String> given) {
        if (given.size() > settings.size()) {
            throw InputException.wrongUse(
                    "strategy \"%s\": expected %s, found %d settings."
                            .formatted(text, usage(), given.size()));
        }
        return make.apply(given);
    }

    /** {@code chunked:FIRST:GROWTH}, of which those at the end may be left out. */
    private String usage() {
        return settings.isEmpty()
                ? name + " without settings"
                : name + ":" + String.join(":", settings);
    }
}
