package kvbench.suite;

import kvbench.checkpoint.Checkpoint;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.context.Model;
import kvbench.context.RunContext;
import kvbench.context.Runtime;
import kvbench.engine.Provider;
import kvbench.ort.OrtEnvironment;
import kvbench.ort.OrtLibrary;

import java.io.PrintStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a run is measured on: the machine, the runtime, and the models of its cells. */
final class Provenance {
    private final List<String> words;
    private final PrintStream out;

    /**
     * The provenance of a run that {@code words} ask for.
     *
     * @param out told where weights have to be made first
     */
    Provenance(List<String> words, PrintStream out) {
        this.words = words;
        this.out = out;
    }

    /** The context of a run of {@code matrix} that begins now. */
    RunContext of(Matrix matrix) {
        Set<String> names = new LinkedHashSet<>();
        Set<String> providers = new TreeSet<>();
        for (Cell cell : matrix.cells()) {
            if (cell.param("model") != null) {
                names.add(cell.param("model"));
                providers.add(Provider.parse(cell.param("provider")).resolve().toString());
            }
        }
        Runtime runtime =
                names.isEmpty()
                        ? Runtime.unknown("no benchmark of this run loads it")
                        : runtime(String.join(", ", providers));
        return RunContext.now(runtime, names.stream().map(this::model).toList(), words);
    }

    private static Runtime runtime(String provider) {
        OrtLibrary library = OrtLibrary.get();
        return Runtime.loaded(
                library.version(), OrtEnvironment.buildInfo(), library.path().toString(), provider);
    }

    /**
     * Opens each model once before JMH starts: seeded weights are made here, and broken ones are
     * refused.
     */
    private Model model(String name) {
        ModelFolder folder = ModelFolder.find(name);
        if (!folder.hasWeights()) {
            out.printf("making the seeded weights of %s in %s%n", folder.name(), folder.path());
        }
        Checkpoint checkpoint = folder.checkpoint(Progress.SILENT);
        Model.Weights weights =
                checkpoint.seed().isPresent()
                        ? new Model.Seeded(checkpoint.seed().getAsLong())
                        : new Model.AsFound();
        return Model.inFolder(
                folder.name(),
                folder.path(),
                folder.config().parameters(),
                checkpoint.type(),
                weights);
    }
}
