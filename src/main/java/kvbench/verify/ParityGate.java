package kvbench.verify;

import kvbench.context.Parity;
import kvbench.model.InputException;
import kvbench.natives.Signal;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds the strategies of a matrix against no cache at all before they are measured, each question
 * in a process of its own.
 *
 * <p>A strategy that takes its process down is answered as failed, with what the process died of;
 * those after it are asked in another.
 */
public final class ParityGate {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final Duration LIMIT_OF_A_STRATEGY = Duration.ofMinutes(30);

    private static final String SUITE_PROPERTIES = "kvbench.";

    /** Of this process's options: heap, garbage collector, properties; no agent, no recording. */
    private static final Pattern INHERITED =
            Pattern.compile("-D.*|-Xm[sxn].*|-Xss.*|-XX:[+-]?(Use|Max|Min|Initial|Error|Create).*");

    /** Lines in which a JVM says what it dies of. */
    private static final Pattern CAUSE_OF_DEATH =
            Pattern.compile(
                    "(#\\s+)?((SIG[A-Z]+ |Exception in thread|There is insufficient memory).*)");

    private final String mainClass;
    private final List<String> jvmArguments;
    private final PrintStream out;
    private final Duration limit;

    /**
     * A gate that tells its progress on {@code out}.
     *
     * @param jvmArguments options that the forks of the benchmarks get, so that the strategies are
     *     checked in a JVM like that in which they are measured
     */
    public ParityGate(List<String> jvmArguments, PrintStream out) {
        this(ParityProcess.class.getName(), jvmArguments, out, LIMIT_OF_A_STRATEGY);
    }

    ParityGate(String mainClass, List<String> jvmArguments, PrintStream out, Duration limit) {
        this.mainClass = mainClass;
        this.jvmArguments = List.copyOf(jvmArguments);
        this.out = out;
        this.limit = limit;
    }

    /**
     * One answer for each strategy of each question, in their order.
     *
     * @throws InputException if no process can be started
     */
    public List<Parity> check(List<ParityQuestion> questions) {
        var answers = new ArrayList<Parity>();
        for (ParityQuestion question : questions) {
            List<Parity> found = check(question);
            out.println(summary(question, found));
            answers.addAll(found);
        }
        return answers;
    }

    private List<Parity> check(ParityQuestion question) {
        var answers = new ArrayList<Parity>();
        List<String> rest = question.strategies();
        while (!rest.isEmpty()) {
            ParityQuestion asked = question.only(rest);
            Attempt attempt = attempt(asked);
            List<Parity> found = attempt.answersTo(asked);
            answers.addAll(found);
            rest = rest.subList(found.size(), rest.size());
        }
        return answers;
    }

    /**
     * What one process came to.
     *
     * @param answers the reference's first
     * @param end how the process ended
     */
    private record Attempt(List<Parity> answers, String end) {

        /**
         * An answer for as many of the strategies asked as are settled, at least one: the one that
         * the process was at when it died is; all are where that was the reference.
         */
        List<Parity> answersTo(ParityQuestion asked) {
            var settled = new ArrayList<Parity>();
            var found =
                    answers.stream().collect(Collectors.toMap(Parity::strategy, answer -> answer));
            for (String strategy : asked.strategies()) {
                if (found.containsKey(strategy)) {
                    settled.add(found.get(strategy));
                } else if (answers.isEmpty()) {
                    settled.add(
                            failed(asked, strategy, "the process of the reference, none, " + end));
                } else {
                    settled.add(failed(asked, strategy, "its process " + end));
                    return settled;
                }
            }
            return settled;
        }

        private static Parity failed(ParityQuestion asked, String strategy, String reason) {
            return ParityCheck.answer(asked, strategy, new Parity.Failed(reason));
        }
    }

    private Attempt attempt(ParityQuestion question) {
        try {
            Path folder = Files.createTempDirectory("kvbench-parity");
            try {
                return attempt(question, folder);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw InputException.unusable(
                    "expected to check the strategies' tokens in a process of its own, found that it cannot be started (%s). Give the disk of %s room, or name another with -Djava.io.tmpdir=DIR."
                            .formatted(e, System.getProperty("java.io.tmpdir")),
                    e);
        }
    }

    private Attempt attempt(ParityQuestion question, Path folder) throws IOException {
        Path asked = folder.resolve("question.json");
        Path answers = folder.resolve("answers.jsonl");
        Path log = folder.resolve("log.txt");
        ParityProcess.ask(question, asked);
        Process process =
                new ProcessBuilder(command(asked, answers))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        String end = end(process, limit.multipliedBy(question.strategies().size() + 1L), log);
        return new Attempt(ParityProcess.answers(answers), end);
    }

    private List<String> command(Path question, Path answers) {
        var command = new ArrayList<String>();
        command.add(JAVA.toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(INHERITED.asMatchPredicate())
                .forEach(command::add);
        // Those that were set since this process began.
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith(SUITE_PROPERTIES))
                .sorted()
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(jvmArguments);
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        mainClass,
                        question.toString(),
                        answers.toString()));
        return command;
    }

    /** How the process ended, after what stands before "died". */
    private static String end(Process process, Duration limit, Path log) throws IOException {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return "gave no answer within %d s, and was ended".formatted(limit.toSeconds());
            }
            int exitCode = process.exitValue();
            String signal = Signal.ofExitCode(exitCode).map(" (%s)"::formatted).orElse("");
            return "died: exit code %d%s%s".formatted(exitCode, signal, lastWords(log));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a strategy was checked", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String lastWords(Path log) throws IOException {
        List<String> lines =
                new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
        return lines.stream()
                .map(CAUSE_OF_DEATH::matcher)
                .filter(Matcher::matches)
                .map(cause -> cause.group(2))
                .findFirst()
                .or(() -> lines.isEmpty() ? Optional.empty() : Optional.of(lines.getLast()))
                .map(words -> ", after saying: " + words)
                .orElse("");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static String summary(ParityQuestion question, List<Parity> answers) {
        return "tokens against none on %s (provider %s, threads %s%s): %s"
                .formatted(
                        question.model(),
                        question.provider(),
                        question.threads(),
                        Parity.words(question.choices()),
                        answers.stream()
                                .map(answer -> answer.strategy() + " " + word(answer.outcome()))
                                .collect(Collectors.joining(", ")));
    }

    private static String word(Parity.Outcome outcome) {
        return switch (outcome) {
            case Parity.Equal equal -> "equal";
            case Parity.Different different -> different.words();
            case Parity.Failed failed -> "FAILED: " + failed.reason();
        };
    }
}
