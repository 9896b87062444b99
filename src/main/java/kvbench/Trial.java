package kvbench;

import kvbench.cache.CacheStrategy;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.ModelLibrary;
import kvbench.checkpoint.Progress;
import kvbench.engine.Computing;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.engine.Threads;
import kvbench.model.InputException;
import kvbench.text.Tokenizer;
import kvbench.verify.Agreement;
import kvbench.verify.Script;
import kvbench.verify.Tolerance;
import kvbench.verify.Verification;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What became of running a small model with every exact strategy of a provider.
 *
 * @param provider where it ran
 * @param reference what its tokens were held against
 * @param rows one for each strategy, or none where it failed
 * @param failure why it could not run
 */
record Trial(Provider provider, String reference, List<Agreement> rows, Optional<String> failure) {
    static final String MODEL = "random-llama-7m";

    /** How far scores of CUDA may be from those of the CPU in float32. */
    private static final Tolerance CUDA_TOLERANCE = new Tolerance(Tolerance.DEFAULT);

    private static final int PROMPT_TOKENS = 24;
    private static final int NEW_TOKENS = 8;

    Trial {
        rows = List.copyOf(rows);
    }

    /** Whether it ran and said what it should. */
    boolean isFine() {
        return failure.isEmpty() && rows.stream().allMatch(this::isFine);
    }

    /**
     * Whether a row is as it should be: on the CPU the reference's tokens, on CUDA its scores, up
     * to the first token that differs: at a near tie another may be chosen.
     */
    boolean isFine(Agreement row) {
        return provider == Provider.CUDA ? CUDA_TOLERANCE.holds(row) : row.agrees();
    }

    /**
     * Runs the model on the CPU, and then on CUDA where {@code cuda} says so; leaves nothing
     * behind.
     */
    static List<Trial> run(List<Provider> providers) {
        Path folder;
        try {
            folder = Files.createTempDirectory("kvbench-doctor");
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected a folder for temporary files, found that none can be made there (%s). Name another with -Djava.io.tmpdir=DIR."
                            .formatted(System.getProperty("java.io.tmpdir"), e),
                    e);
        }
        try {
            return run(providers, new ModelLibrary(folder).bundled(MODEL));
        } finally {
            delete(folder);
        }
    }

    private static List<Trial> run(List<Provider> providers, ModelFolder model) {
        try (Tokenizer tokenizer = Tokenizer.open(model.tokenizer());
                Engine cpu = engine(model, Provider.CPU)) {
            Script script = Script.of(tokenizer, PROMPT_TOKENS, NEW_TOKENS);
            var reference = new Verification(cpu, script);
            return providers.stream()
                    .map(
                            provider ->
                                    provider == Provider.CPU
                                            ? cpu(reference)
                                            : against(reference, model, provider, script))
                    .toList();
        } catch (RuntimeException e) {
            // Whatever it dies of is what there is to tell.
            return List.of(failed(Provider.CPU, e));
        }
    }

    private static Trial cpu(Verification reference) {
        try {
            return new Trial(
                    Provider.CPU,
                    CacheStrategy.NONE.toString(),
                    reference.run(exact(Provider.CPU)),
                    Optional.empty());
        } catch (RuntimeException e) {
            return failed(Provider.CPU, e);
        }
    }

    private static Trial against(
            Verification reference, ModelFolder model, Provider provider, Script script) {
        try (Engine engine = engine(model, provider)) {
            return new Trial(
                    provider,
                    CacheStrategy.NONE + " on cpu",
                    new Verification(engine, script).run(exact(provider), reference),
                    Optional.empty());
        } catch (RuntimeException e) {
            return failed(provider, e);
        }
    }

    /** Strategies that claim the reference's tokens; on the CPU the reference is one of them. */
    private static List<CacheStrategy> exact(Provider provider) {
        Computing computing = Computing.on(provider, Threads.parse(Threads.AUTO));
        return CacheStrategy.values().stream()
                .filter(CacheStrategy::exact)
                .filter(strategy -> computing.obstacle(strategy).isEmpty())
                .filter(strategy -> provider != Provider.CPU || strategy != CacheStrategy.NONE)
                .toList();
    }

    private static Engine engine(ModelFolder model, Provider provider) {
        return new Engine(model, provider, Threads.parse(Threads.AUTO), Progress.SILENT);
    }

    private static Trial failed(Provider provider, RuntimeException error) {
        return new Trial(
                provider,
                CacheStrategy.NONE.toString(),
                List.of(),
                Optional.of(String.valueOf(error.getMessage()).strip()));
    }

    /** What cannot be removed, since something still reads it, is left to the system. */
    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            folder.toFile().deleteOnExit();
        }
    }
}
