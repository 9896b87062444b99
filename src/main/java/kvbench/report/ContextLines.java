package kvbench.report;

import kvbench.context.Cpu;
import kvbench.context.Gpus;
import kvbench.context.Limits;
import kvbench.context.Memory;
import kvbench.context.Model;
import kvbench.context.Parity;
import kvbench.context.RunContext;
import kvbench.context.Runtime;
import kvbench.context.Source;
import kvbench.table.Format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The lines at the head of a report that say what was measured on, and what to beware of. */
final class ContextLines {
    private static final String UNKNOWN = "unknown";
    private static final String NONE = "none";
    private static final String GOVERNOR_FOR_MEASURING = "performance";

    /** Load beyond this, per core, is somebody else's: the run had not begun. */
    private static final double QUIET_LOAD = 0.5;

    private static final double HERTZ_PER_MEGAHERTZ = 1e6;
    private static final int SHORT_HASH = 12;

    private ContextLines() {}

    /** What was measured on, a line for each part of it. */
    static List<String> facts(RunContext context) {
        var lines = new ArrayList<String>();
        lines.add(source(context));
        lines.add(
                "Host %s: %s, kernel %s; virtualisation: %s"
                        .formatted(
                                context.host().name(),
                                context.host().os(),
                                context.host().kernel(),
                                context.host().virtualisation()));
        lines.add(cpu(context.cpu(), context.host().loadAverage()));
        lines.add(memory(context.memory(), context.limits()));
        lines.addAll(gpus(context.gpus()));
        lines.add(runtime(context));
        if (!context.runtime().environment().isEmpty()) {
            lines.add("Environment: %s".formatted(context.runtime().environment()));
        }
        context.models().forEach(model -> lines.add(model(model)));
        lines.addAll(parity(context.parity()));
        return lines;
    }

    /** A line for each model, provider and number of threads. */
    private static List<String> parity(List<Parity> parity) {
        var strategies = new LinkedHashMap<String, List<String>>();
        for (Parity answer : parity) {
            strategies
                    .computeIfAbsent(
                            "Tokens against none on %s, provider %s, threads %s%s: "
                                    .formatted(
                                            answer.model(),
                                            answer.provider(),
                                            answer.threads(),
                                            Parity.words(answer.choices())),
                            key -> new ArrayList<>())
                    .add(answer.strategy() + " " + words(answer.outcome()));
        }
        return strategies.entrySet().stream()
                .map(entry -> entry.getKey() + String.join(", ", entry.getValue()))
                .toList();
    }

    private static String words(Parity.Outcome outcome) {
        return switch (outcome) {
            case Parity.Equal equal -> "equal (%d)".formatted(equal.tokens());
            case Parity.Different different -> different.words();
            case Parity.Failed failed -> "failed";
        };
    }

    private static String source(RunContext context) {
        var revision = context.source().revision();
        return "Run of %s, suite %s, commit %s (%s, %s)"
                .formatted(
                        context.utc(),
                        context.source().suiteVersion(),
                        revision.commit(),
                        revision.branch(),
                        revision.state());
    }

    private static String cpu(Cpu cpu, double load) {
        return "CPU %s: %d usable cores of %s (physical %s, sockets %s, NUMA nodes %s), SMT %s, governor %s, boost %s; load %s"
                .formatted(
                        cpu.model(),
                        cpu.usableCores(),
                        count(cpu.logicalCores()),
                        count(cpu.physicalCores()),
                        count(cpu.sockets()),
                        count(cpu.numaNodes()),
                        brief(cpu.smt()),
                        brief(cpu.governor()),
                        brief(cpu.boost()),
                        Format.number(load));
    }

    private static String memory(Memory memory, Limits limits) {
        String line =
                "Memory %s, %s available, swap %s of %s used, huge pages %s"
                        .formatted(
                                Format.bytes(memory.totalBytes()),
                                Format.bytes(memory.availableBytes()),
                                Format.bytes(memory.swapUsedBytes()),
                                Format.bytes(memory.swapTotalBytes()),
                                brief(memory.transparentHugePages()));
        return line
                + limit("; limited to %s processors", limits.cpus())
                + limit("; limited to %s bytes", limits.memoryBytes());
    }

    private static String limit(String words, String limit) {
        return limit.equals(NONE) || isUnknown(limit) ? "" : words.formatted(limit);
    }

    private static List<String> gpus(Gpus gpus) {
        if (gpus.devices().isEmpty()) {
            return List.of("GPU " + (isUnknown(gpus.nvml()) ? gpus.nvml() : NONE));
        }
        return gpus.devices().stream()
                .map(
                        gpu ->
                                "GPU %s: %s, driver %s, CUDA %s; SM clock %s of %s MHz, memory clock %s of %s MHz, clocks held back by %s"
                                        .formatted(
                                                gpu.name(),
                                                Format.bytes(gpu.memoryBytes()),
                                                gpus.driver(),
                                                gpus.cuda(),
                                                megahertz(gpu.smClockHz()),
                                                megahertz(gpu.maxSmClockHz()),
                                                megahertz(gpu.memoryClockHz()),
                                                megahertz(gpu.maxMemoryClockHz()),
                                                gpu.clockReasons().isEmpty()
                                                        ? "nothing"
                                                        : String.join(", ", gpu.clockReasons())))
                .toList();
    }

    private static String runtime(RunContext context) {
        Runtime runtime = context.runtime();
        String threads =
                runtime.computing().threads().stream()
                        .map(Object::toString)
                        .collect(Collectors.joining(", "));
        return "ONNX Runtime %s, provider %s%s; %s %s (%s)"
                .formatted(
                        runtime.version(),
                        runtime.computing().provider(),
                        threads.isEmpty()
                                ? ""
                                : ", threads %s, %s"
                                        .formatted(threads, runtime.computing().elementType()),
                        context.jvm().name(),
                        context.jvm().version(),
                        context.jvm().vendor());
    }

    private static String model(Model model) {
        return String.format(
                Locale.ROOT,
                "Model %s: %,d parameters, %s, %s of weights (%s)",
                model.name(),
                model.parameters(),
                model.elementType().name().toLowerCase(Locale.ROOT),
                Format.bytes(model.weightBytes()),
                model.files().stream()
                        .map(file -> "sha256 " + shortHash(file.sha256()))
                        .collect(Collectors.joining(", ")));
    }

    private static String shortHash(String sha256) {
        return isUnknown(sha256) || sha256.length() < SHORT_HASH
                ? sha256
                : sha256.substring(0, SHORT_HASH);
    }

    /** What may make the figures other than a reader thinks. */
    static List<String> warnings(RunContext context) {
        var warnings = new ArrayList<String>();
        warnings.addAll(dirt(context.source()));
        String governor = context.cpu().governor();
        if (!isUnknown(governor) && !governor.equals(GOVERNOR_FOR_MEASURING)) {
            warnings.add(
                    "the CPU governor is %s: frequencies change with the load; `cpupower frequency-set -g performance` keeps them"
                            .formatted(governor));
        }
        double load = context.host().loadAverage();
        if (load > QUIET_LOAD * context.cpu().usableCores()) {
            warnings.add(
                    "the load was %s on %d cores as the run began: something else was running"
                            .formatted(Format.number(load), context.cpu().usableCores()));
        }
        if (context.memory().swapUsedBytes() > 0) {
            warnings.add(
                    "%s were swapped out as the run began: memory was short, or had been"
                            .formatted(Format.bytes(context.memory().swapUsedBytes())));
        }
        for (Gpus.Gpu gpu : context.gpus().devices()) {
            if (!gpu.throttling().isEmpty()) {
                warnings.add(
                        "GPU %s was throttled as the run began: %s"
                                .formatted(gpu.name(), String.join(", ", gpu.throttling())));
            }
        }
        for (Model model : context.models()) {
            if (model.weights() instanceof Model.Seeded seeded) {
                warnings.add(
                        "model %s: weights are random (seed %d): speed and memory are real, text is not"
                                .formatted(model.name(), seeded.seed()));
            }
        }
        return warnings;
    }

    private static List<String> dirt(Source source) {
        String built = source.revision().commit();
        String there = source.checkedOut().commit();
        if (source.revision().state().equals("dirty")) {
            return List.of(
                    "the suite was built from changed sources: its commit does not tell what was"
                            + " measured");
        }
        return isUnknown(built) || isUnknown(there) || built.equals(there)
                ? List.of()
                : List.of(
                        "the suite was built from another commit than its folder has now, %s"
                                .formatted(there));
    }

    private static boolean isUnknown(String text) {
        return text.startsWith(UNKNOWN);
    }

    /** Without the reason, which {@code context.json} holds. */
    private static String brief(String text) {
        return isUnknown(text) ? UNKNOWN : text;
    }

    private static String count(double count) {
        return Double.isFinite(count)
                ? String.format(Locale.ROOT, "%.0f", count)
                : Format.NOT_AVAILABLE;
    }

    private static String megahertz(double hertz) {
        return count(hertz / HERTZ_PER_MEGAHERTZ);
    }
}
