package kvbench.ort;

/** A call into ONNX Runtime that failed, with the function, its error code and its own words. */
public final class OrtException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String function;
    private final int code;

    OrtException(String function, int code, String text) {
        super("ONNX Runtime's " + function + " failed (code " + code + "): " + text);
        this.function = function;
        this.code = code;
    }

    /** Name of the function in {@code onnxruntime_c_api.h}. */
    public String function() {
        return function;
    }

    /**
     * The {@code OrtErrorCode}: 1 failure, 2 invalid argument, 3 no such file, 7 invalid protobuf,
     * 10 invalid graph, ...
     */
    public int code() {
        return code;
    }
}
