package kvbench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import kvbench.engine.CudaFacts;
import kvbench.engine.CudaFacts.Driver;
import kvbench.engine.CudaFacts.Gpu;
import kvbench.engine.CudaFacts.OrtBuild;
import kvbench.engine.Provider;
import kvbench.gpu.Reading;
import kvbench.natives.CudaLibraries;
import kvbench.natives.CudaLibraries.Need;
import kvbench.verify.Agreement;

import java.util.List;

/** A diagnosis as JSON: bytes; what cannot be told is the string {@code "NaN"} or says why. */
final class DiagnosisJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DiagnosisJson() {}

    /** The diagnosis as one object, ending in a line feed. */
    static String of(Diagnosis diagnosis) throws JsonProcessingException {
        CudaFacts facts = diagnosis.cuda().facts();
        ObjectNode root = JSON.createObjectNode();
        root.put("suite", new Version().getVersion()[0]);
        root.put("provider", diagnosis.wanted().toString());
        add(root.putObject("machine"), diagnosis.machine(), facts.platform().toString());
        add(root.putObject("onnxruntime"), facts.runtime());
        add(root.putObject("driver"), facts);
        ArrayNode gpus = root.putArray("gpus");
        facts.driver()
                .then(Driver::gpus)
                .orElse(why -> List.of())
                .forEach(gpu -> add(gpus.addObject(), gpu, diagnosis));
        ObjectNode libraries = root.putObject("cuda_libraries");
        ArrayNode absent = libraries.putArray("absent_folders");
        facts.absentFolders().forEach(folder -> absent.add(folder.toString()));
        diagnosis.libraries().ifPresent(found -> add(libraries, found));
        facts.code().ifPresent(code -> libraries.put("device_code", code.toString()));
        ArrayNode obstacles = root.putArray("obstacles");
        diagnosis
                .obstacles()
                .forEach(
                        obstacle ->
                                obstacles
                                        .addObject()
                                        .put("part", obstacle.part().toString())
                                        .put("expected", obstacle.expected())
                                        .put("found", obstacle.found())
                                        .put("mend", obstacle.mend()));
        ArrayNode trials = root.putArray("trials");
        diagnosis.trials().forEach(trial -> add(trials.addObject(), trial));
        root.putObject("ready")
                .put("cpu", diagnosis.isReady(Provider.CPU))
                .put("cuda", diagnosis.isReady(Provider.CUDA));
        root.put("verdict", diagnosis.verdict());
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static void add(ObjectNode node, Diagnosis.Machine machine, String platform) {
        node.put("platform", platform);
        node.put("os", machine.host().os());
        node.put("kernel", machine.host().kernel());
        node.put("virtualisation", machine.host().virtualisation());
        node.put("processor", machine.cpu().model());
        node.put("usable_cores", machine.cpu().usableCores());
        putBytes(node, "usable_bytes", machine.memory().usableBytes());
        putBytes(node, "available_bytes", machine.memory().availableBytes());
        node.put("java", machine.jvm().version());
        node.put("java_vendor", machine.jvm().vendor());
    }

    private static void add(ObjectNode node, Reading<OrtBuild> runtime) {
        switch (runtime) {
            case Reading.Known<OrtBuild>(OrtBuild build) -> {
                node.put("version", build.version());
                node.put("library", build.path().toString());
                node.put("build", build.info());
                build.providers().forEach(node.putArray("providers")::add);
            }
            case Reading.Absent<OrtBuild>(String why) -> node.put("problem", why);
        }
    }

    private static void add(ObjectNode node, CudaFacts facts) {
        switch (facts.driver()) {
            case Reading.Known<Driver>(Driver driver) -> {
                node.put("version", Diagnosis.told(driver.version()));
                node.put("cuda", Diagnosis.told(driver.cuda()));
                if (driver.gpus() instanceof Reading.Absent<List<Gpu>>(String why)) {
                    node.put("problem", why);
                }
            }
            case Reading.Absent<Driver>(String why) -> {
                facts.kernelDriver().ifPresent(version -> node.put("kernel_version", version));
                node.put("problem", why);
            }
        }
        facts.visibleDevices().ifPresent(devices -> node.put("cuda_visible_devices", devices));
    }

    private static void add(ObjectNode node, Gpu gpu, Diagnosis diagnosis) {
        node.put("index", gpu.index());
        node.put("name", Diagnosis.told(gpu.name()));
        node.put("uuid", Diagnosis.told(gpu.uuid()));
        node.put("compute_capability", Diagnosis.told(gpu.capability()));
        putBytes(node, "memory_bytes", Diagnosis.totalBytes(gpu));
        putBytes(node, "free_bytes", Diagnosis.freeBytes(gpu));
        node.put("mig", Diagnosis.told(gpu.mig()));
        switch (gpu.clockReasons()) {
            case Reading.Known<List<String>>(List<String> reasons) ->
                    reasons.forEach(node.putArray("clock_reasons")::add);
            case Reading.Absent<List<String>>(String why) ->
                    node.put("clock_reasons", "unknown: " + why);
        }
        node.put("visible_to_cuda", diagnosis.cuda().visibleGpus().contains(gpu));
    }

    /** JSON has no NaN: what cannot be told is the string. */
    private static void putBytes(ObjectNode node, String name, double bytes) {
        if (Double.isNaN(bytes)) {
            node.put(name, "NaN");
        } else {
            node.put(name, (long) bytes);
        }
    }

    private static void add(ObjectNode node, CudaLibraries libraries) {
        libraries.cudaMajor().ifPresent(major -> node.put("cuda", major));
        ArrayNode found = node.putArray("found");
        for (CudaLibraries.Found library : libraries.found()) {
            found.addObject()
                    .put("name", library.name())
                    .put("file", library.file().toString())
                    .put("version", library.version())
                    .put("required", library.need() == Need.REQUIRED);
        }
        ArrayNode missing = node.putArray("missing");
        for (CudaLibraries.Missing library : libraries.missing()) {
            ObjectNode entry =
                    missing.addObject()
                            .put("name", library.name())
                            .put("required", library.need() == Need.REQUIRED);
            library.refused().forEach(entry.putArray("refused")::add);
            library.sources().forEach(entry.putArray("sources")::add);
        }
    }

    private static void add(ObjectNode node, Trial trial) {
        node.put("provider", trial.provider().toString());
        node.put("model", Trial.MODEL);
        node.put("reference", trial.reference());
        trial.failure().ifPresent(why -> node.put("failure", why));
        ArrayNode rows = node.putArray("strategies");
        for (Agreement row : trial.rows()) {
            rows.addObject()
                    .put("strategy", row.strategy().toString())
                    .put("tokens", row.tokens())
                    .put("tokens_equal", row.agreeing())
                    .put("largest_logit_difference", row.largestLogitDifference())
                    .put("gap", row.gap())
                    .put("fine", trial.isFine(row));
        }
        node.put("fine", trial.isFine());
    }
}
