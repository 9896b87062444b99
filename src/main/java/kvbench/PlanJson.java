package kvbench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import kvbench.matrix.MemoryNeed;
import kvbench.plan.Plan;
import kvbench.results.VetoedArm;

import java.util.List;
import java.util.Map;

/** A plan as JSON: bytes and seconds; what cannot be told is the string {@code "NaN"}. */
final class PlanJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PlanJson() {}

    /** The plan as one object, ending in a line feed. */
    static String of(Plan plan) throws JsonProcessingException {
        ObjectNode root = JSON.createObjectNode();
        root.put("cells", plan.arms().size());
        root.put("forks", plan.forks());
        root.put("seconds", plan.seconds());
        if (plan.memoryBytes() == Long.MAX_VALUE) {
            root.put("memory_bytes", Double.NaN);
        } else {
            root.put("memory_bytes", plan.memoryBytes());
        }
        ArrayNode arms = root.putArray("arms");
        plan.arms().forEach(arm -> add(arms.addObject(), arm));
        ArrayNode vetoed = root.putArray("not_run");
        plan.vetoed().forEach(arm -> add(vetoed.addObject(), arm));
        ArrayNode models = root.putArray("models");
        plan.models().forEach(model -> add(models.addObject(), model));
        add(root.putObject("disk"), plan.disk());
        addAll(root.putArray("basis"), plan.basis());
        addAll(root.putArray("warnings"), plan.warnings());
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static void add(ObjectNode node, Plan.Arm arm) {
        add(node, arm.benchmark(), arm.params());
        node.put("forks", arm.forks());
        node.put("seconds", arm.seconds());
        MemoryNeed memory = arm.memory();
        node.put("kv_held_bytes", memory.heldBytes());
        node.put("kv_peak_bytes", memory.peakBytes());
        node.put("activation_bytes", memory.activationBytes());
        node.put("weights_mapped_bytes", memory.mappedBytes());
        node.put("weights_private_bytes", memory.privateBytes());
        node.put("heap_bytes", memory.heapBytes());
        node.put("host_bytes", memory.hostBytes());
        node.put("device_bytes", memory.deviceBytes());
    }

    private static void add(ObjectNode node, VetoedArm arm) {
        add(node, arm.benchmark(), arm.params());
        node.put("reason", arm.reason());
    }

    private static void add(ObjectNode node, String benchmark, Map<String, String> params) {
        node.put("benchmark", benchmark);
        ObjectNode values = node.putObject("params");
        params.forEach(values::put);
    }

    private static void add(ObjectNode node, Plan.ModelNeed model) {
        node.put("name", model.name());
        node.put("parameters", model.parameters());
        node.put("weights_mapped_bytes", model.mappedBytes());
        node.put("weights_private_bytes", model.privateBytes());
        model.toMake()
                .ifPresent(
                        make -> {
                            ObjectNode made = node.putObject("to_make");
                            add(made, make.disk());
                            made.put("needs_models_make", make.asked());
                        });
    }

    private static void add(ObjectNode node, Plan.Disk disk) {
        node.put("folder", disk.folder().toString());
        node.put("bytes", disk.bytes());
        node.put("free_bytes", disk.freeBytes());
    }

    private static void addAll(ArrayNode array, List<String> lines) {
        lines.forEach(array::add);
    }
}
