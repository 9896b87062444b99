package kvbench.suite;

import kvbench.cache.CacheStrategy;
import kvbench.context.Parity;
import kvbench.engine.Computing;
import kvbench.matrix.Cell;
import kvbench.verify.ParityGate;
import kvbench.verify.ParityQuestion;

import org.openjdk.jmh.runner.options.CommandLineOptions;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The parity gate of a run: what each arm of its cells says before anything is measured, held
 * against no cache at all.
 *
 * @param answers one for each strategy on each model and way of computing
 */
record Gate(List<Parity> answers) {

    /**
     * Asks every arm of {@code cells}; those of benchmarks without a model have nothing to say.
     *
     * @param out told what came of it
     */
    static Gate of(List<Cell> cells, CommandLineOptions options, PrintStream out) {
        var strategies = new LinkedHashMap<ParityQuestion, List<String>>();
        for (Cell cell : cells) {
            if (cell.param("model") != null) {
                strategies
                        .computeIfAbsent(asking(cell, List.of()), key -> new ArrayList<>())
                        .add(strategy(cell));
            }
        }
        List<ParityQuestion> questions =
                strategies.entrySet().stream()
                        .map(
                                entry ->
                                        new ParityQuestion(
                                                entry.getKey().model(),
                                                entry.getKey().provider(),
                                                entry.getKey().threads(),
                                                entry.getKey().choices(),
                                                entry.getValue()))
                        .toList();
        return new Gate(new ParityGate(jvmArguments(options), out).check(questions));
    }

    private static ParityQuestion asking(Cell cell, List<String> strategies) {
        return new ParityQuestion(
                cell.param("model"),
                cell.param("provider"),
                cell.param("threads"),
                Computing.choices(cell::param),
                strategies);
    }

    /** Of an arm that is measured again, the strategy alone. */
    private static String strategy(Cell cell) {
        return CacheStrategy.ofArm(cell.param(Cell.STRATEGY)).toString();
    }

    /** The options of the JVMs that are going to measure. */
    private static List<String> jvmArguments(CommandLineOptions options) {
        return Stream.of(
                        options.getJvmArgsPrepend().orElse(List.of()),
                        options.getJvmArgs().orElse(List.of()),
                        options.getJvmArgsAppend().orElse(List.of()))
                .flatMap(words -> words.stream())
                .toList();
    }

    /** Whether an arm that claims to be exact is not. */
    boolean isShut() {
        return answers.stream().anyMatch(Parity::breaksItsClaim);
    }

    /** Why {@code cell} need not be measured: its arm gave no answer. */
    Optional<String> failure(Cell cell) {
        Map<String, String> params = cell.params();
        return answers.stream()
                .filter(answer -> answer.model().equals(params.get("model")))
                .filter(answer -> answer.provider().equals(params.get("provider")))
                .filter(answer -> answer.threads().equals(params.get("threads")))
                .filter(answer -> answer.choices().equals(Computing.choices(cell::param)))
                .filter(answer -> answer.strategy().equals(strategy(cell)))
                .flatMap(
                        answer ->
                                answer.outcome() instanceof Parity.Failed failed
                                        ? Stream.of(
                                                "not measured, since in the parity gate "
                                                        + failed.reason())
                                        : Stream.empty())
                .findFirst();
    }
}
