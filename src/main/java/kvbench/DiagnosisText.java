package kvbench;

import kvbench.engine.CudaFacts.Driver;
import kvbench.engine.CudaFacts.Gpu;
import kvbench.engine.CudaFacts.OrtBuild;
import kvbench.gpu.Reading;
import kvbench.natives.CudaFolders;
import kvbench.natives.CudaLibraries;
import kvbench.natives.CudaLibraries.Need;
import kvbench.table.Format;
import kvbench.table.TextTable;
import kvbench.verify.Agreement;

import java.util.List;
import java.util.Locale;

/** A diagnosis in lines of a label and what is to be said of it. */
final class DiagnosisText {
    private final Diagnosis diagnosis;
    private final StringBuilder text = new StringBuilder();

    private DiagnosisText(Diagnosis diagnosis) {
        this.diagnosis = diagnosis;
    }

    /** All that was found; each line ends in a newline. */
    static String of(Diagnosis diagnosis) {
        var page = new DiagnosisText(diagnosis);
        page.machine();
        page.runtime();
        page.driver();
        page.libraries();
        diagnosis.trials().forEach(page::trial);
        page.text.append('\n');
        page.sentence(diagnosis.verdict());
        diagnosis.besides().forEach(page::sentence);
        return page.text.toString();
    }

    private void machine() {
        Diagnosis.Machine machine = diagnosis.machine();
        line("suite", new Version().getVersion()[0]);
        line(
                "system",
                "%s, %s, kernel %s, virtualisation: %s"
                        .formatted(
                                diagnosis.cuda().facts().platform(),
                                machine.host().os(),
                                machine.host().kernel(),
                                machine.host().virtualisation()));
        line(
                "processor",
                "%s, %d cores to use"
                        .formatted(machine.cpu().model(), machine.cpu().usableCores()));
        line(
                "memory",
                "%s to use, %s available"
                        .formatted(
                                Format.bytes(machine.memory().usableBytes()),
                                Format.bytes(machine.memory().availableBytes())));
        line(
                "Java",
                "%s, %s, %s"
                        .formatted(
                                machine.jvm().version(),
                                machine.jvm().vendor(),
                                machine.jvm().name()));
    }

    private void runtime() {
        switch (diagnosis.cuda().facts().runtime()) {
            case Reading.Known<OrtBuild>(OrtBuild build) -> {
                line("ONNX Runtime", "%s, %s".formatted(build.version(), build.path()));
                line("  providers", String.join(", ", build.providers()));
                line("  build", build.info());
            }
            case Reading.Absent<OrtBuild>(String why) -> line("ONNX Runtime", "none: " + why);
        }
    }

    private void driver() {
        switch (diagnosis.cuda().facts().driver()) {
            case Reading.Known<Driver>(Driver driver) -> {
                line(
                        "NVIDIA driver",
                        "%s, CUDA up to %s"
                                .formatted(
                                        Diagnosis.told(driver.version()),
                                        Diagnosis.told(driver.cuda())));
                switch (driver.gpus()) {
                    case Reading.Known<List<Gpu>>(List<Gpu> gpus) -> gpus.forEach(this::gpu);
                    case Reading.Absent<List<Gpu>>(String why) -> line("GPUs", "unknown: " + why);
                }
            }
            case Reading.Absent<Driver>(String why) ->
                    line(
                            "NVIDIA driver",
                            diagnosis
                                    .cuda()
                                    .facts()
                                    .kernelDriver()
                                    .map(version -> "%s, silent: %s".formatted(version, why))
                                    .orElse("none: " + why));
        }
        diagnosis
                .cuda()
                .facts()
                .visibleDevices()
                .ifPresent(devices -> line("CUDA_VISIBLE_DEVICES", "\"" + devices + "\""));
    }

    private void gpu(Gpu gpu) {
        line(
                "GPU " + gpu.index(),
                "%s, %s, compute capability %s%s"
                        .formatted(
                                Diagnosis.name(gpu),
                                Diagnosis.told(gpu.uuid()),
                                Diagnosis.told(gpu.capability()),
                                diagnosis.cuda().visibleGpus().contains(gpu)
                                        ? ""
                                        : ", hidden from CUDA"));
        line(
                "  memory",
                "%s, %s free"
                        .formatted(
                                Format.bytes(Diagnosis.totalBytes(gpu)),
                                Format.bytes(Diagnosis.freeBytes(gpu))));
        line("  MIG", Diagnosis.told(gpu.mig()));
        line("  clocks held by", Diagnosis.told(gpu.clockReasons().map(DiagnosisText::listed)));
    }

    private static String listed(List<String> reasons) {
        return reasons.isEmpty() ? "nothing" : String.join(", ", reasons);
    }

    private void libraries() {
        diagnosis
                .cuda()
                .facts()
                .absentFolders()
                .forEach(
                        folder ->
                                line(
                                        "CUDA path",
                                        "%s: no such folder. Mend -D%s or %s"
                                                .formatted(
                                                        folder,
                                                        CudaFolders.PATH_PROPERTY,
                                                        CudaFolders.PATH_VARIABLE)));
        diagnosis.libraries().ifPresent(this::libraries);
        diagnosis
                .cuda()
                .facts()
                .code()
                .ifPresent(code -> line("device code", "for compute capability " + code));
    }

    private void libraries(CudaLibraries libraries) {
        line(
                "CUDA libraries",
                libraries.cudaMajor().isPresent()
                        ? "of CUDA %d".formatted(libraries.cudaMajor().getAsInt())
                        : "of unknown CUDA");
        for (CudaLibraries.Found library : libraries.found()) {
            String version = library.version().isEmpty() ? "" : library.version() + ", ";
            line("  " + library.name(), version + library.file());
        }
        for (CudaLibraries.Missing library : libraries.missing()) {
            line(
                    "  " + library.name(),
                    "%s: %s"
                            .formatted(
                                    library.need() == Need.REQUIRED
                                            ? "MISSING"
                                            : "not here, not needed",
                                    String.join(", or ", library.sources())));
            library.refused().forEach(refused -> line("", refused));
        }
    }

    private void trial(Trial trial) {
        line(
                "trial on " + trial.provider(),
                "%s, against %s".formatted(Trial.MODEL, trial.reference()));
        trial.failure().ifPresent(why -> line("  FAILED", why));
        for (Agreement row : trial.rows()) {
            line(
                    "  " + row.strategy(),
                    String.format(
                            Locale.ROOT,
                            "%s: %d of %d tokens equal, largest |logit diff| %.3g",
                            trial.isFine(row) ? "fine" : "DIFFERS",
                            row.agreeing(),
                            row.tokens(),
                            row.largestLogitDifference()));
        }
    }

    private void line(String label, String said) {
        text.append("%-20s %s".formatted(label, TextTable.ascii(said)).stripTrailing())
                .append('\n');
    }

    private void sentence(String said) {
        text.append(TextTable.ascii(said)).append('\n');
    }
}
