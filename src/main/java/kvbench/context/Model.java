package kvbench.context;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import kvbench.model.ElementType;

import java.nio.file.Path;
import java.util.List;

/**
 * A model that a run used.
 *
 * @param name as the user gave it
 * @param folder the last name of its folder's path
 * @param parameters number of weights
 * @param elementType type of the weights in their file
 * @param weights where the weights are from
 * @param configSha256 SHA-256 of {@code config.json}, in hexadecimal
 * @param tokenizerSha256 SHA-256 of the tokenizer's file
 * @param files the files that hold the weights
 */
public record Model(
        String name,
        String folder,
        long parameters,
        ElementType elementType,
        Weights weights,
        String configSha256,
        String tokenizerSha256,
        List<WeightFile> files) {
    private static final String CONFIG = "config.json";

    /** Where a model's weights are from. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "origin")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Seeded.class, name = "seeded"),
        @JsonSubTypes.Type(value = AsFound.class, name = "as found")
    })
    public sealed interface Weights permits Seeded, AsFound {}

    /**
     * Random weights of this suite's making: speed and memory are real, text is not.
     *
     * @param seed what they were drawn from
     */
    public record Seeded(long seed) implements Weights {}

    /** Weights of a checkpoint, taken as they are. */
    public record AsFound() implements Weights {}

    /**
     * One file of weights.
     *
     * @param name its name in the folder
     * @param bytes its size
     * @param sha256 SHA-256 of all its bytes, in hexadecimal, or why it is not known
     * @param hashed how the hash was come by
     */
    public record WeightFile(String name, long bytes, String sha256, String hashed) {

        /** A file whose hash was not come by. */
        public static WeightFile unhashed(String name, long bytes, String why) {
            return new WeightFile(name, bytes, Unknown.because(why), "not");
        }
    }

    public Model {
        files = List.copyOf(files);
    }

    /**
     * A model whose {@code config.json} lies in {@code folder}.
     *
     * @param tokenizer its tokenizer's file, which may lie elsewhere
     */
    public static Model inFolder(
            String name,
            Path folder,
            Path tokenizer,
            long parameters,
            ElementType elementType,
            Weights weights,
            List<WeightFile> files) {
        Path last = folder.toAbsolutePath().normalize().getFileName();
        return new Model(
                name,
                last == null ? Unknown.because("the model lies in a root folder") : last.toString(),
                parameters,
                elementType,
                weights,
                Sha256.ofFile(folder.resolve(CONFIG)),
                Sha256.ofFile(tokenizer),
                files);
    }

    /** Size of all files of weights together, in bytes. */
    public long weightBytes() {
        return files.stream().mapToLong(WeightFile::bytes).sum();
    }
}
