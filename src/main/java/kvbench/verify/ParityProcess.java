package kvbench.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;

import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.context.Parity;
import kvbench.engine.Engine;
import kvbench.text.Tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Answers one question in a process of its own, which a strategy may take down with it.
 *
 * <p>The question comes in a file, since a command line does not carry every path in every locale;
 * the answers go to another, one JSON object a line, each as soon as it is there: the reference's
 * first, and then one for each strategy in the question's order.
 */
final class ParityProcess {
    private static final JsonMapper JSON = new JsonMapper();

    private ParityProcess() {}

    public static void main(String[] files) throws IOException {
        run(files, engine -> engine::cache);
    }

    /**
     * Answers the question in the first file into the second.
     *
     * @param caches where the caches over an engine come from
     */
    static void run(String[] files, Function<Engine, CacheSource> caches) throws IOException {
        ParityQuestion question = JSON.readValue(Path.of(files[0]).toFile(), ParityQuestion.class);
        Path answers = Path.of(files[1]);
        try {
            ModelFolder folder = ModelFolder.find(question.model());
            try (Tokenizer tokenizer = Tokenizer.open(folder.tokenizer());
                    Engine engine = new Engine(folder, question.computing(), Progress.SILENT)) {
                new ParityCheck(question, engine, tokenizer, caches.apply(engine))
                        .run(answer -> write(answer, answers));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Writes the question that {@link #run} reads. */
    static void ask(ParityQuestion question, Path file) throws IOException {
        JSON.writeValue(file.toFile(), question);
    }

    /** The answers in a file, less a last one that is not complete. */
    static List<Parity> answers(Path file) throws IOException {
        var answers = new ArrayList<Parity>();
        if (Files.exists(file)) {
            String text = Files.readString(file);
            for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                answers.add(JSON.readValue(line, Parity.class));
            }
        }
        return answers;
    }

    private static void write(Parity answer, Path file) {
        try {
            Files.writeString(
                    file,
                    JSON.writeValueAsString(answer) + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer that is no JSON: " + answer, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
