package kvbench.context;

import kvbench.context.Difference.Weight;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * In what two runs differ, of what must be equal where their results are joined or compared, and of
 * what is worth knowing.
 *
 * <p>What must be equal: the code of the suite, ONNX Runtime and how it is told to compute, the
 * Java and its options, the processor, the memory and their limits, the GPU where one computes, the
 * models that both used, and how long the cells that both measured are measured. What only one side
 * can tell is not shown to be equal.
 *
 * <p>Left out: which cells were measured, in which order, and the command line. Two parts of a
 * matrix differ in them, as they should.
 *
 * @param differences those that must not be first
 */
public record Comparability(List<Difference> differences) {
    /** Memory differs by a few pages from one start of a machine to the next. */
    private static final double SAME_MEMORY = 0.02;

    /** Load, per core, that is somebody else's. */
    private static final double SAME_LOAD = 0.5;

    /** Flags of units that choose what code a library runs, by how their names begin. */
    private static final List<String> ARITHMETIC =
            List.of(
                    "avx", "sse", "ssse", "fma", "f16c", "amx", "bmi", "asimd", "sve", "sme", "fp",
                    "bf16", "i8mm");

    /** Option of a virtual machine that says where its report goes when native code ends it. */
    public static final String ERROR_FILE = "-XX:ErrorFile=";

    /**
     * Options that change no figure: they name where something lies, which is told by its hash, or
     * keep Java from printing a warning, as under Maven.
     */
    private static final List<String> WITHOUT_EFFECT =
            List.of(
                    "--enable-native-access=",
                    "--sun-misc-unsafe-memory-access=allow",
                    ERROR_FILE,
                    "-Djava.io.tmpdir=",
                    "-Djmh.ignoreLock=",
                    "-Dkvbench.models=",
                    "-Dkvbench.onnxruntime=",
                    "-Dkvbench.nvml=");

    /** Which of several GPUs is used. */
    private static final String VISIBLE_DEVICES = "CUDA_VISIBLE_DEVICES";

    private static final String THREADS = "intra_op_num_threads";

    private static final String CUDA = "cuda";
    private static final String CLEAN = "clean";

    public Comparability {
        differences =
                differences.stream().sorted(Comparator.comparing(Difference::weight)).toList();
    }

    /** In what {@code left} and {@code right} differ. */
    public static Comparability of(RunContext left, RunContext right) {
        var found = new Differences(left, right);
        code(found);
        runtime(found);
        java(found);
        processor(found);
        memory(found);
        gpus(found);
        models(found);
        lengths(found);
        tokens(found, parity -> true, Weight.WORTH_KNOWING);
        circumstances(found);
        return new Comparability(found.all());
    }

    /** Why the results do not belong together; empty where they do. */
    public List<Difference> blocking() {
        return of(Weight.BLOCKING);
    }

    /**
     * Exact arms of which both runs tell the tokens, and not the same: they did not do the same
     * work, whatever each of them was held against.
     */
    public static List<Difference> exactTokens(RunContext left, RunContext right) {
        var found = new Differences(left, right);
        tokens(
                found,
                parity -> parity.exact() && !(parity.outcome() instanceof Parity.Failed),
                Weight.BLOCKING);
        return found.all();
    }

    /** What a reader of both results should know. */
    public List<Difference> worthKnowing() {
        return of(Weight.WORTH_KNOWING);
    }

    private List<Difference> of(Weight weight) {
        return differences.stream().filter(found -> found.weight() == weight).toList();
    }

    /** Equal bytes are the same code, whatever git says; others may still be a rebuild. */
    private static void code(Differences found) {
        found.identity("source.suiteVersion", context -> context.source().suiteVersion());
        Source mine = found.left().source();
        Source theirs = found.right().source();
        if (mine.isSameCodeAs(theirs)) {
            return;
        }
        boolean isRebuild =
                mine.revision().isKnown()
                        && mine.revision().commit().equals(theirs.revision().commit())
                        && mine.revision().state().equals(CLEAN)
                        && theirs.revision().state().equals(CLEAN);
        found.add(
                "source",
                described(mine),
                described(theirs),
                isRebuild ? Weight.WORTH_KNOWING : Weight.BLOCKING);
    }

    private static String described(Source source) {
        return "commit %s (%s), code %s"
                .formatted(
                        source.revision().commit(), source.revision().state(), source.codeSha256());
    }

    /** Where one run loaded no runtime, it has nothing that another could contradict. */
    private static void runtime(Differences found) {
        if (Unknown.is(found.left().runtime().version())
                || Unknown.is(found.right().runtime().version())) {
            found.equal(
                    "runtime.version",
                    context -> context.runtime().version(),
                    Weight.WORTH_KNOWING);
            return;
        }
        found.identity("runtime.version", context -> context.runtime().version());
        found.identity("runtime.build", context -> context.runtime().build());
        found.identity("runtime.librarySha256", context -> context.runtime().librarySha256());
        found.identity("runtime.computing.provider", context -> computing(context).provider());
        found.identity(
                "runtime.computing.elementType", context -> computing(context).elementType());
        found.each(
                "runtime.computing.sessionOptions",
                context -> computing(context).sessionOptions(),
                // The threads are a parameter of each cell, of which a run may have others.
                name -> name.equals(THREADS) ? Weight.WORTH_KNOWING : Weight.BLOCKING);
        found.each(
                "runtime.environment",
                context -> context.runtime().environment(),
                name -> name.equals(VISIBLE_DEVICES) ? Weight.WORTH_KNOWING : Weight.BLOCKING);
    }

    /** Whether an option of the JVM changes no figure. */
    public static boolean isWithoutEffect(String option) {
        return WITHOUT_EFFECT.stream().anyMatch(option::startsWith);
    }

    private static Runtime.Computing computing(RunContext context) {
        return context.runtime().computing();
    }

    private static void java(Differences found) {
        found.identity("jvm.vendor", context -> context.jvm().vendor());
        found.identity("jvm.name", context -> context.jvm().name());
        found.identity("jvm.version", context -> context.jvm().version());
        found.identity(
                "jvm.arguments",
                context ->
                        context.jvm().arguments().stream()
                                .filter(word -> !isWithoutEffect(word))
                                .collect(Collectors.joining(" ", "[", "]")));
    }

    private static void processor(Differences found) {
        found.identity("cpu.model", context -> context.cpu().model());
        found.identity("cpu.architecture", context -> context.cpu().architecture());
        found.number("cpu.usableCores", context -> context.cpu().usableCores());
        found.number("cpu.logicalCores", context -> context.cpu().logicalCores());
        found.number("cpu.physicalCores", context -> context.cpu().physicalCores());
        found.number("cpu.sockets", context -> context.cpu().sockets());
        found.number("cpu.numaNodes", context -> context.cpu().numaNodes());
        found.equal("cpu.smt", context -> context.cpu().smt(), Weight.BLOCKING);
        flags(found);
    }

    /** A newer kernel tells more flags of the same CPU; those of arithmetic it always told. */
    private static void flags(Differences found) {
        Set<String> onlyMine = without(found.left().cpu().flags(), found.right().cpu().flags());
        Set<String> onlyTheirs = without(found.right().cpu().flags(), found.left().cpu().flags());
        boolean isArithmetic =
                Stream.concat(onlyMine.stream(), onlyTheirs.stream())
                        .anyMatch(flag -> ARITHMETIC.stream().anyMatch(flag::startsWith));
        if (!onlyMine.isEmpty() || !onlyTheirs.isEmpty()) {
            found.add(
                    "cpu.flags",
                    "more: " + onlyMine,
                    "more: " + onlyTheirs,
                    isArithmetic ? Weight.BLOCKING : Weight.WORTH_KNOWING);
        }
    }

    private static Set<String> without(List<String> flags, List<String> others) {
        var rest = new TreeSet<>(flags);
        others.forEach(rest::remove);
        return rest;
    }

    private static void memory(Differences found) {
        found.near("memory.totalBytes", context -> context.memory().totalBytes(), SAME_MEMORY);
        found.near("memory.usableBytes", context -> context.memory().usableBytes(), SAME_MEMORY);
        found.equal("limits.cpus", context -> context.limits().cpus(), Weight.BLOCKING);
        found.equal(
                "limits.memoryBytes", context -> context.limits().memoryBytes(), Weight.BLOCKING);
    }

    /** Where the CPU computes, a GPU is only furniture. */
    private static void gpus(Differences found) {
        boolean isUsed =
                Stream.of(found.left(), found.right())
                        .anyMatch(context -> computing(context).provider().contains(CUDA));
        Weight weight = isUsed ? Weight.BLOCKING : Weight.WORTH_KNOWING;
        found.equal("gpus.devices", Comparability::devices, weight);
        if (Stream.of(found.left(), found.right())
                .anyMatch(context -> context.gpus().devices().isEmpty())) {
            return;
        }
        found.equal("gpus.driver", context -> context.gpus().driver(), weight);
        found.equal("gpus.cuda", context -> context.gpus().cuda(), weight);
        found.equal(
                "gpus.devices.powerLimitWatts",
                context -> each(context, gpu -> Differences.text(gpu.powerLimitWatts())),
                Weight.WORTH_KNOWING);
        found.equal(
                "gpus.devices.throttling",
                context -> each(context, gpu -> gpu.throttling().toString()),
                Weight.WORTH_KNOWING);
    }

    private static String devices(RunContext context) {
        return context.gpus().devices().isEmpty()
                ? "none (%s)".formatted(context.gpus().nvml())
                : each(
                        context,
                        gpu ->
                                "%s with %s bytes, MIG %s"
                                        .formatted(
                                                gpu.name(),
                                                Differences.text(gpu.memoryBytes()),
                                                gpu.mig()));
    }

    private static String each(RunContext context, Function<Gpus.Gpu, String> fact) {
        return context.gpus().devices().stream().map(fact).collect(Collectors.joining("; "));
    }

    private static void models(Differences found) {
        Map<String, Model> theirs = byName(found.right());
        byName(found.left())
                .forEach(
                        (name, mine) -> {
                            if (theirs.containsKey(name)) {
                                model(found, mine, theirs.get(name));
                            }
                        });
    }

    private static Map<String, Model> byName(RunContext context) {
        var models = new TreeMap<String, Model>();
        context.models().forEach(model -> models.put(model.name(), model));
        return models;
    }

    private static void model(Differences found, Model mine, Model theirs) {
        String field = "models." + mine.name();
        found.identity(field + ".configSha256", mine.configSha256(), theirs.configSha256());
        found.identity(
                field + ".tokenizerSha256", mine.tokenizerSha256(), theirs.tokenizerSha256());
        found.identity(
                field + ".elementType",
                mine.elementType().toString(),
                theirs.elementType().toString());
        found.identity(field + ".weights", mine.weights().toString(), theirs.weights().toString());
        found.identity(field + ".files", hashes(mine), hashes(theirs));
    }

    /** The same bytes may lie in files of other names; one that is unknown leaves all unknown. */
    private static String hashes(Model model) {
        List<String> hashes =
                model.files().stream().map(Model.WeightFile::sha256).sorted().toList();
        return hashes.stream().filter(Unknown::is).findFirst().orElse(String.join(", ", hashes));
    }

    /** How long the cells that both measured are measured. */
    private static void lengths(Differences found) {
        Map<Cell, List<Plan.Arm>> byCell =
                found.right().plan().arms().stream().collect(Collectors.groupingBy(Cell::of));
        for (Plan.Arm mine : found.left().plan().arms()) {
            for (Plan.Arm theirs : byCell.getOrDefault(Cell.of(mine), List.of())) {
                found.identity(
                        "plan.arms %s %s".formatted(mine.benchmark(), mine.params()),
                        length(mine),
                        length(theirs));
            }
        }
    }

    private record Cell(String benchmark, Map<String, String> params) {
        static Cell of(Plan.Arm arm) {
            return new Cell(arm.benchmark(), arm.params());
        }
    }

    private static String length(Plan.Arm arm) {
        return "%d iterations of a fork after %d for warming up, %s s timed"
                .formatted(
                        arm.measurements(),
                        arm.warmups(),
                        Differences.text(Math.round(arm.timedSeconds() * 1e3) / 1e3));
    }

    /** What both computed before measuring: other tokens are a hint at something that differs. */
    private static void tokens(Differences found, Predicate<Parity> which, Weight weight) {
        Map<String, String> mine = tokensByArm(found.left(), which);
        Map<String, String> theirs = tokensByArm(found.right(), which);
        mine.forEach(
                (arm, tokens) -> {
                    if (theirs.containsKey(arm) && !theirs.get(arm).equals(tokens)) {
                        found.add("parity " + arm, tokens, theirs.get(arm), weight);
                    }
                });
    }

    private static Map<String, String> tokensByArm(RunContext context, Predicate<Parity> which) {
        var tokens = new TreeMap<String, String>();
        for (Parity parity : context.parity().stream().filter(which).toList()) {
            String arm =
                    "%s %s %s%s %s"
                            .formatted(
                                    parity.model(),
                                    parity.provider(),
                                    parity.threads(),
                                    parity.choices().entrySet().stream()
                                            .map(choice -> " " + choice)
                                            .collect(Collectors.joining()),
                                    parity.strategy());
            tokens.put(
                    arm,
                    switch (parity.outcome()) {
                        case Parity.Equal equal -> "tokens " + equal.tokensSha256();
                        case Parity.Different different -> "tokens " + different.tokensSha256();
                        case Parity.Failed failed -> "failed: " + failed.reason();
                    });
        }
        return tokens;
    }

    private static void circumstances(Differences found) {
        boolean isOneSystem =
                family(found.left().host().os()).equals(family(found.right().host().os()));
        found.equal(
                "host.os",
                context -> context.host().os(),
                isOneSystem ? Weight.WORTH_KNOWING : Weight.BLOCKING);
        worthKnowing(found, "utc", RunContext::utc);
        worthKnowing(found, "host.name", context -> context.host().name());
        worthKnowing(found, "host.kernel", context -> context.host().kernel());
        worthKnowing(found, "host.virtualisation", context -> context.host().virtualisation());
        worthKnowing(found, "cpu.governor", context -> context.cpu().governor());
        worthKnowing(found, "cpu.boost", context -> context.cpu().boost());
        worthKnowing(
                found,
                "memory.transparentHugePages",
                context -> context.memory().transparentHugePages());
        double mine = found.left().host().loadAverage();
        double theirs = found.right().host().loadAverage();
        if (Math.abs(mine - theirs) > SAME_LOAD * found.left().cpu().usableCores()) {
            found.add(
                    "host.loadAverage",
                    Differences.text(mine),
                    Differences.text(theirs),
                    Weight.WORTH_KNOWING);
        }
    }

    private static void worthKnowing(
            Differences found, String field, Function<RunContext, String> fact) {
        found.equal(field, fact, Weight.WORTH_KNOWING);
    }

    /** The system without its distribution. */
    private static String family(String os) {
        return os.split(" \\(", 2)[0];
    }
}
