package kvbench;

import kvbench.cache.CacheAllocationException;
import kvbench.model.InputException;
import kvbench.model.SuiteCommand;
import kvbench.ort.OrtException;
import kvbench.ort.OrtLibraryException;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * The suite's command line. A first word that is none of its commands goes to JMH, with all that
 * follow.
 */
@Command(
        name = "benchmarks.jar",
        versionProvider = Version.class,
        header = "Measures KV-cache strategies for LLM inference on the JVM.",
        description = {
            "Any first word that is none of the commands below is passed to JMH with all that"
                    + " follow: `-h` lists JMH's options.",
            ""
        },
        subcommands = {
            BenchCommand.class,
            PlanCommand.class,
            VerifyCommand.class,
            GenerateCommand.class,
            ModelsCommand.class,
            DoctorCommand.class,
            ReportCommand.class,
            CompareCommand.class,
            MergeCommand.class
        },
        footer = {"", "Exit codes: 0 fine, 1 the answer is no, 2 wrong use, 3 could not run."})
public final class Main implements Callable<Integer> {
    private static final Set<String> OWN_OPTIONS = Set.of("--help", "--version");

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Tells the version.")
    private boolean version;

    @Spec private CommandSpec spec;

    private Main() {}

    public static void main(String[] args) throws Exception {
        // Numbers are written for readers of English and for scripts, whatever the system's
        // language.
        Locale.setDefault(Locale.ROOT);
        PosixLocale.writeUtf8();
        String[] words = PosixLocale.words(args);
        if (isForJmh(words)) {
            runJmh(List.of(words));
        } else {
            System.exit(commands().execute(words));
        }
    }

    private static void runJmh(List<String> words) throws IOException {
        try {
            Jmh.run(words);
        } catch (InputException e) {
            print(commands(), e.getMessage());
            System.exit(exitCode(e));
        }
    }

    static boolean isForJmh(String... words) {
        return words.length > 0
                && !commands().getSubcommands().containsKey(words[0])
                && !OWN_OPTIONS.contains(words[0]);
    }

    /** There is no default command. */
    @Override
    public Integer call() {
        CommandLine commands = spec.commandLine();
        commands.usage(commands.getErr());
        return ExitCode.WRONG_USE;
    }

    /** The commands, with the exit codes and error texts that all share. */
    static CommandLine commands() {
        return new CommandLine(new Main())
                .setExitCodeExceptionMapper(Main::exitCode)
                .setParameterExceptionHandler((error, words) -> refused(error))
                .setExecutionExceptionHandler(errors());
    }

    private static IExecutionExceptionHandler errors() {
        return (error, command, parsed) -> {
            if (!isExplained(error)) {
                throw error;
            }
            print(command, error.getMessage());
            return exitCode(error);
        };
    }

    private static int refused(ParameterException error) {
        CommandLine command = error.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String words = (name + " --help").replaceFirst("^\\S+ ", "");
        print(
                command,
                "%s. `%s` tells what it takes."
                        .formatted(error.getMessage(), SuiteCommand.line(words)));
        return ExitCode.WRONG_USE;
    }

    private static void print(CommandLine command, String message) {
        command.getErr().println(command.getColorScheme().errorText("error: " + message));
    }

    /**
     * Whether the message is all that a user needs; anything else is a fault of the suite and shows
     * its stack.
     */
    private static boolean isExplained(Throwable error) {
        return error instanceof InputException
                || error instanceof OrtException
                || error instanceof OrtLibraryException
                || error instanceof CacheAllocationException;
    }

    private static int exitCode(Throwable error) {
        return error instanceof InputException input && input.isWrongUse()
                ? ExitCode.WRONG_USE
                : ExitCode.COULD_NOT_RUN;
    }
}
