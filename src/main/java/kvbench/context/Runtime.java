package kvbench.context;

/**
 * The ONNX Runtime that computed, as it describes itself.
 *
 * @param version {@code 1.29.0}, say
 * @param build its build string
 * @param library the path of the native library
 * @param provider the execution provider asked for
 */
public record Runtime(String version, String build, String library, String provider) {

    /** For a run that loaded no runtime; {@code why} says what kept it. */
    public static Runtime unknown(String why) {
        String unknown = Unknown.because(why);
        return new Runtime(unknown, unknown, unknown, unknown);
    }
}
