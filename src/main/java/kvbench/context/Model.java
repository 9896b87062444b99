package kvbench.context;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import kvbench.model.ElementType;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A model that a run used.
 *
 * <p>The weights themselves are not hashed: that would take longer than many a run.
 *
 * @param name as the user gave it
 * @param folder the last name of its folder's path
 * @param parameters number of weights
 * @param elementType type of the weights in their file
 * @param weights where the weights are from
 * @param configSha256 SHA-256 of {@code config.json}, in hexadecimal
 * @param weightBytes size of all {@code *.safetensors} together, in bytes, or NaN
 */
public record Model(
        String name,
        String folder,
        long parameters,
        ElementType elementType,
        Weights weights,
        String configSha256,
        double weightBytes) {
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "*.safetensors";

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

    /** A model whose {@code config.json} and weights lie in {@code folder}. */
    public static Model inFolder(
            String name, Path folder, long parameters, ElementType elementType, Weights weights) {
        Path last = folder.toAbsolutePath().normalize().getFileName();
        return new Model(
                name,
                last == null ? Unknown.because("the model lies in a root folder") : last.toString(),
                parameters,
                elementType,
                weights,
                sha256(folder.resolve(CONFIG)),
                weightBytes(folder));
    }

    private static String sha256(Path file) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(hash);
        } catch (IOException e) {
            return Unknown.because("%s could not be read".formatted(file.getFileName()));
        } catch (NoSuchAlgorithmException e) {
            return Unknown.because("this Java has no SHA-256");
        }
    }

    private static double weightBytes(Path folder) {
        double bytes = Double.NaN;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, WEIGHTS)) {
            for (Path file : files) {
                bytes = (Double.isNaN(bytes) ? 0 : bytes) + Files.size(file);
            }
            return bytes;
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
