package kvbench;

import com.fasterxml.jackson.core.JsonProcessingException;

import kvbench.engine.CudaReadiness;
import kvbench.engine.Provider;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.concurrent.Callable;

/** {@code doctor}: what there is to run on here, and what is missing. */
@Command(
        name = "doctor",
        header = "Tells what models can run on here, what is missing for CUDA, and how to mend it.",
        description = {
            "Looks at ONNX Runtime, NVIDIA's driver, GPUs and CUDA's libraries, and has a small"
                    + " model answer with every exact strategy. It leaves nothing behind.",
            "Exit code 1 where a strategy gives other tokens, or something keeps CUDA from being"
                    + " used though it was asked for or there is a driver; 3 where nothing runs.",
            ""
        })
final class DoctorCommand implements Callable<Integer> {
    @Option(
            names = "--provider",
            paramLabel = "NAME",
            defaultValue = "auto",
            description =
                    "What has to be usable: cpu, cuda or auto, which is cuda too where there is a"
                            + " driver. Default: ${DEFAULT-VALUE}.")
    private String provider;

    @Option(names = "--json", description = "Prints JSON instead of text.")
    private boolean json;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    @Override
    public Integer call() throws JsonProcessingException {
        Diagnosis diagnosis =
                Diagnosis.of(Provider.parse(provider), CudaReadiness.here(), Trial::run);
        System.out.print(json ? DiagnosisJson.of(diagnosis) : DiagnosisText.of(diagnosis));
        return diagnosis.exitCode();
    }
}
