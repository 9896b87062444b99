package kvbench.cache;

import kvbench.onnx.TensorNames;
import kvbench.ort.IoBinding;
import kvbench.ort.IoBinding.Port;
import kvbench.ort.OrtTensor;

import java.util.List;
import java.util.function.IntFunction;

/**
 * The cache's side of a graph's binding: where each layer's past goes in and its present comes out.
 */
public final class Step {
    private final Port[] past;
    private final Port[] present;
    private final Port[] scales;
    private List<OrtTensor> boundScales = List.of();
    private final Port mask;
    private KvTensors inPlace; // what past and present are both bound to; none where they differ

    /** The ports of a graph with {@code layers} layers of past and present. */
    public Step(IoBinding binding, int layers) {
        mask = binding.input(TensorNames.ATTENTION_BIAS);
        past =
                ports(
                        layers,
                        layer -> binding.input(TensorNames.pastKey(layer)),
                        layer -> binding.input(TensorNames.pastValue(layer)));
        present =
                ports(
                        layers,
                        layer -> binding.output(TensorNames.presentKey(layer)),
                        layer -> binding.output(TensorNames.presentValue(layer)));
        scales =
                ports(
                        layers,
                        layer -> binding.input(TensorNames.keyScale(layer)),
                        layer -> binding.input(TensorNames.valueScale(layer)));
    }

    /** Binds what goes in and what comes out, two sets of buffers. */
    void bind(KvTensors past, KvTensors present) {
        inPlace = null;
        past.bindTo(this.past);
        present.bindTo(this.present);
    }

    /** Binds one set of buffers as past and as present; does nothing where they are bound. */
    void bindInPlace(KvTensors tensors) {
        if (tensors != inPlace) {
            bind(tensors, tensors);
            inPlace = tensors;
        }
    }

    /** Binds what the elements are multiples of; does nothing where they are bound. */
    void bindScales(List<OrtTensor> tensors) {
        if (tensors != boundScales) {
            for (int i = 0; i < scales.length; i++) {
                scales[i].bind(tensors.get(i));
            }
            boundScales = tensors;
        }
    }

    /** Binds which rows the new tokens attend to, for a graph that is told. */
    void bindMask(OrtTensor mask) {
        this.mask.bind(mask);
    }

    private static Port[] ports(int layers, IntFunction<Port> key, IntFunction<Port> value) {
        var ports = new Port[layers * KvTensors.PER_LAYER];
        for (int layer = 0; layer < layers; layer++) {
            ports[layer * KvTensors.PER_LAYER] = key.apply(layer);
            ports[layer * KvTensors.PER_LAYER + 1] = value.apply(layer);
        }
        return ports;
    }
}
