package kvbench.engine;

import kvbench.cache.CacheStrategy;
import kvbench.device.AllocatorChoice;
import kvbench.generate.Running;
import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.onnx.CacheInterface;
import kvbench.onnx.Feeding;
import kvbench.onnx.GraphForm;
import kvbench.onnx.Sampling;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a model computes, as a user asks for it by parameters.
 *
 * @param provider never {@link Provider#AUTO}
 * @param threads threads that work on one operator of the CPU
 * @param type of the graph's numbers and of its cache
 * @param sampling who chooses the next token
 * @param allocator where caches come from, or empty for what each strategy does best with: on a GPU
 *     the arena for one that grows, and {@code cudaMalloc} for one that is preallocated
 */
public record Computing(
        Provider provider,
        int threads,
        ElementType type,
        Sampling sampling,
        Optional<AllocatorChoice> allocator) {
    /** The value of each parameter that leaves the choice to the suite. */
    public static final String AUTO = "auto";

    /** Names of the parameters, those that a user changes first first. */
    public static final List<String> PARAMETERS =
            List.of("provider", "threads", "dtype", "sampling", "allocator");

    private static final List<ElementType> TYPES =
            List.of(ElementType.FLOAT32, ElementType.FLOAT16, ElementType.BFLOAT16);

    /** What the suite chooses itself on {@code provider}. */
    public static Computing on(Provider provider, int threads) {
        return chosen(provider.resolve(), threads);
    }

    private static Computing chosen(Provider provider, int threads) {
        boolean cuda = provider == Provider.CUDA;
        return new Computing(
                provider,
                threads,
                cuda ? ElementType.FLOAT16 : ElementType.FLOAT32,
                cuda ? Sampling.DEVICE : Sampling.HOST,
                Optional.empty());
    }

    /**
     * What the parameters say.
     *
     * @param params the value of each of {@link #PARAMETERS}; null counts as {@value #AUTO}
     * @throws InputException if a value is none of those that there are, or the provider cannot be
     *     had
     */
    public static Computing of(UnaryOperator<String> params) {
        Computing chosen =
                on(
                        Provider.parse(value(params, "provider")),
                        Threads.parse(value(params, "threads")));
        return new Computing(
                chosen.provider(),
                chosen.threads(),
                parse(params, "dtype", TYPES).orElse(chosen.type()),
                parse(params, "sampling", List.of(Sampling.values())).orElse(chosen.sampling()),
                parse(params, "allocator", List.of(AllocatorChoice.values())));
    }

    /**
     * What the parameters say as they stand, those left to the suite apart: {@code dtype=float16}.
     */
    public static String words(UnaryOperator<String> params) {
        return PARAMETERS.stream()
                .filter(name -> !value(params, name).equals(AUTO))
                .map(name -> name + "=" + value(params, name))
                .collect(Collectors.joining(" "));
    }

    /** What the user chose, by parameter, beside provider and threads. */
    public static Map<String, String> choices(UnaryOperator<String> params) {
        return PARAMETERS.stream()
                .filter(name -> !name.equals("provider") && !name.equals("threads"))
                .filter(name -> !value(params, name).equals(AUTO))
                .collect(Collectors.toMap(name -> name, name -> value(params, name)));
    }

    private static String value(UnaryOperator<String> params, String name) {
        String value = params.apply(name);
        return value == null || value.isEmpty() ? AUTO : value;
    }

    private static <E extends Enum<E>> Optional<E> parse(
            UnaryOperator<String> params, String name, List<E> values) {
        String value = value(params, name);
        if (value.equals(AUTO)) {
            return Optional.empty();
        }
        return Optional.of(
                values.stream()
                        .filter(one -> lowerCase(one).equals(value))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        InputException.wrongUse(
                                                "unknown %s \"%s\": expected one of %s."
                                                        .formatted(name, value, names(values)))));
    }

    private static String names(List<? extends Enum<?>> values) {
        return Stream.concat(Stream.of(AUTO), values.stream().map(Computing::lowerCase))
                .collect(Collectors.joining(", "));
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Why {@code strategy} cannot compute so, or empty where it can. */
    public Optional<String> obstacle(CacheStrategy strategy) {
        return obstacleOfStrategy(strategy).or(this::obstacleOfType).or(this::obstacleOfAllocator);
    }

    /**
     * Refuses {@code strategy} where it cannot compute so.
     *
     * @throws InputException with {@link #obstacle}
     */
    public void require(CacheStrategy strategy) {
        obstacle(strategy)
                .ifPresent(
                        why -> {
                            throw InputException.wrongUse(
                                    "strategy %s: %s.".formatted(strategy, why));
                        });
    }

    private Optional<String> obstacleOfStrategy(CacheStrategy strategy) {
        if (strategy.isReplayed() && provider != Provider.CUDA) {
            return Optional.of("it replays CUDA graphs, and the provider is " + provider);
        }
        if (provider != Provider.CUDA) {
            return Optional.empty();
        }
        if (strategy.graph().quantisation().filter(how -> how.bits() == 4).isPresent()) {
            return Optional.of(
                    "CUDA's attention (GroupQueryAttention) has no cache of 4 bits, and the"
                            + " provider is "
                            + provider);
        }
        return strategy.graph().isMasked()
                ? Optional.of(
                        "attention with a mask by rows (GroupQueryAttention's attention_bias) has"
                                + " been checked on the CPU only, and the provider is "
                                + provider)
                : Optional.empty();
    }

    private Optional<String> obstacleOfType() {
        if (provider == Provider.CUDA && type == ElementType.FLOAT32) {
            return Optional.of(
                    "attention over a cache (GroupQueryAttention) computes in float16 or bfloat16"
                            + " on CUDA, and dtype is float32");
        }
        return provider == Provider.CPU && type == ElementType.BFLOAT16
                ? Optional.of("the CPU has no operators for dtype bfloat16")
                : Optional.empty();
    }

    private Optional<String> obstacleOfAllocator() {
        return provider == Provider.CPU && allocator.equals(Optional.of(AllocatorChoice.MALLOC))
                ? Optional.of("allocator malloc is cudaMalloc, and the provider is " + provider)
                : Optional.empty();
    }

    /**
     * Why {@code strategy} is not worth measuring so, or empty where it is: its figures would be
     * those of another cell, or of something that nobody would run.
     */
    public Optional<String> veto(CacheStrategy strategy) {
        return obstacle(strategy)
                .or(
                        () ->
                                provider == Provider.CPU && type != ElementType.FLOAT32
                                        ? Optional.of(
                                                "the CPU multiplies no %s: each weight would be cast anew in each step"
                                                        .formatted(lowerCase(type)))
                                        : Optional.empty())
                .or(
                        () ->
                                strategy == CacheStrategy.NONE && allocator.isPresent()
                                        ? Optional.of(
                                                "there is no cache to allocate: it is measured with"
                                                        + " allocator auto")
                                        : Optional.empty());
    }

    /**
     * The graph of {@code cache}. On the CPU it is the one that other clients can run, unless it is
     * to do what such a graph cannot.
     */
    GraphForm form(CacheInterface cache, Running running) {
        boolean asClientsDo =
                provider == Provider.CPU && sampling == Sampling.HOST && running == Running.PLAIN;
        return new GraphForm(cache, asClientsDo ? Feeding.MASK : Feeding.LENGTHS, sampling, type);
    }

    /** Where the caches of {@code strategy} come from. */
    AllocatorChoice allocatorOf(CacheStrategy strategy) {
        return allocator.orElse(
                provider == Provider.CUDA && strategy.isPreallocated()
                        ? AllocatorChoice.MALLOC
                        : AllocatorChoice.ARENA);
    }

    /** {@code cpu, 2 threads}, and what differs from what the suite would choose. */
    @Override
    public String toString() {
        Computing chosen = chosen(provider, threads);
        return "%s, %d threads%s%s%s"
                .formatted(
                        provider,
                        threads,
                        type == chosen.type() ? "" : ", " + lowerCase(type),
                        sampling == chosen.sampling()
                                ? ""
                                : ", sampling on the " + lowerCase(sampling),
                        allocator.map(choice -> ", allocator " + lowerCase(choice)).orElse(""));
    }
}
