package kvbench;

import kvbench.cache.CacheAllocationException;
import kvbench.model.InputException;
import kvbench.ort.OrtException;
import kvbench.ort.OrtLibraryException;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;

import java.util.Set;

/**
 * The suite's command line. A first word that is none of its commands goes to JMH, with all that
 * follow.
 */
@Command(
        name = "benchmarks.jar",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Measures KV-cache strategies for LLM inference on the JVM.",
        description = {
            "Any first word that is none of the commands below is passed to JMH with all that"
                    + " follow: `-h` lists JMH's options.",
            ""
        },
        subcommands = {
            BenchCommand.class,
            VerifyCommand.class,
            GenerateCommand.class,
            ModelsCommand.class,
            ReportCommand.class
        },
        footer = {"", "Exit codes: 0 fine, 1 the answer is no, 2 wrong use, 3 could not run."})
public final class Main {
    private static final Set<String> OWN_OPTIONS = Set.of("--help", "--version");

    private Main() {}

    public static void main(String[] args) throws Exception {
        CommandLine commands = commands();
        if (args.length == 0) {
            commands.usage(System.err);
            System.exit(ExitCode.WRONG_USE);
        }
        if (!commands.getSubcommands().containsKey(args[0]) && !OWN_OPTIONS.contains(args[0])) {
            org.openjdk.jmh.Main.main(args);
            return;
        }
        System.exit(commands.execute(args));
    }

    /** The commands, with the exit codes and error texts that all share. */
    static CommandLine commands() {
        return new CommandLine(new Main())
                .setExitCodeExceptionMapper(Main::exitCode)
                .setExecutionExceptionHandler(errors());
    }

    private static IExecutionExceptionHandler errors() {
        return (error, command, parsed) -> {
            if (!isExplained(error)) {
                throw error;
            }
            command.getErr()
                    .println(command.getColorScheme().errorText("error: " + error.getMessage()));
            return exitCode(error);
        };
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
