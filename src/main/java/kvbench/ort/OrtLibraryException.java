package kvbench.ort;

/**
 * ONNX Runtime's library is not there or cannot be used. The message says which, and what mends it.
 */
public final class OrtLibraryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OrtLibraryException(String message) {
        super(message);
    }
}
