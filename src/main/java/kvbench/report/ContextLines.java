package kvbench.report;

import kvbench.context.Model;
import kvbench.context.RunContext;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The lines at the head of a report that say what was measured on, and what to beware of. */
final class ContextLines {
    private ContextLines() {}

    static List<String> of(RunContext context) {
        var host = context.host();
        var source = context.source();
        var lines = new ArrayList<String>();
        lines.add(
                "Run of %s, suite %s, commit %s (%s, %s)"
                        .formatted(
                                context.utc(),
                                source.suiteVersion(),
                                source.commit(),
                                source.branch(),
                                source.state()));
        lines.add(
                "Host %s: %s, %d cores, %s, load %s, governor %s; %s, kernel %s"
                        .formatted(
                                host.name(),
                                host.cpu(),
                                host.cores(),
                                Format.bytes(host.memoryBytes()),
                                Format.number(host.loadAverage()),
                                host.governor(),
                                host.os(),
                                host.kernel()));
        lines.add(
                "ONNX Runtime %s, provider %s; %s %s (%s)"
                        .formatted(
                                context.runtime().version(),
                                context.runtime().provider(),
                                context.jvm().name(),
                                context.jvm().version(),
                                context.jvm().vendor()));
        if (!context.runtime().environment().isEmpty()) {
            lines.add("Environment: %s".formatted(context.runtime().environment()));
        }
        context.models().forEach(model -> lines.add(line(model)));
        context.models().forEach(model -> lines.addAll(warning(model)));
        return lines;
    }

    private static String line(Model model) {
        return String.format(
                Locale.ROOT,
                "Model %s: %,d parameters, %s, %s of weights",
                model.name(),
                model.parameters(),
                model.elementType().name().toLowerCase(Locale.ROOT),
                Format.bytes(model.weightBytes()));
    }

    private static List<String> warning(Model model) {
        return switch (model.weights()) {
            case Model.Seeded seeded ->
                    List.of(
                            "WARNING: model %s: weights are random (seed %d): speed and memory are real, text is not"
                                    .formatted(model.name(), seeded.seed()));
            case Model.AsFound asFound -> List.of();
        };
    }
}
