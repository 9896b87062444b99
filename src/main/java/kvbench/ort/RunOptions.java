package kvbench.ort;

import java.lang.foreign.Arena;

/** How a session shall run. Each method answers this object; close it after the last run. */
public final class RunOptions extends NativeObject {
    private RunOptions(long address) {
        super(address, OrtApi::releaseRunOptions);
    }

    /** The runtime's defaults. */
    public static RunOptions create() {
        return new RunOptions(create(OrtApi::createRunOptions));
    }

    /** Sets a key of {@code onnxruntime_run_options_config_keys.h}. */
    public RunOptions config(String key, String value) {
        try (Arena arena = Arena.ofConfined()) {
            OrtApi.addRunConfigEntry(
                    address(),
                    arena.allocateFrom(key).address(),
                    arena.allocateFrom(value).address());
        }
        return this;
    }
}
