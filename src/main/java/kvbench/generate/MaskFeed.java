package kvbench.generate;

import kvbench.device.Device;
import kvbench.model.ElementType;
import kvbench.model.LlamaConfig;
import kvbench.onnx.GraphForm;
import kvbench.onnx.TensorNames;
import kvbench.ort.IoBinding;
import kvbench.ort.IoBinding.Port;
import kvbench.ort.OrtTensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Feeds a graph that takes a mask and positions ({@link kvbench.onnx.Feeding#MASK}), on the host.
 *
 * <p>The whole text, a mask of ones and the positions lie in memory once, and each run is given the
 * part of them that it needs.
 */
final class MaskFeed implements Feed {
    private static final int SEQUENCE_AXIS = 1;

    private final Device device;
    private final MemorySegment text; // token ids [contextLength]
    private final MemorySegment ones; // [contextLength]
    private final MemorySegment positions; // 0, 1, 2, ... [contextLength]
    private final Scores scores;

    private final OrtTensor inputIds = new OrtTensor(ElementType.INT64, 1, 0); // [batch, sequence]
    private final OrtTensor attentionMask =
            new OrtTensor(ElementType.INT64, 1, 0); // [batch, past + sequence]
    private final OrtTensor positionIds =
            new OrtTensor(ElementType.INT64, 1, 0); // [batch, sequence]
    private final OrtTensor logitsToKeep = new OrtTensor(ElementType.INT64); // scalar
    private final OrtTensor lastLogits; // [batch, 1, vocabulary]
    private final Port inputIdsPort;
    private final Port attentionMaskPort;
    private final Port positionIdsPort;

    MaskFeed(Device device, IoBinding binding, LlamaConfig config, GraphForm form) {
        this.device = device;
        text = longs(config.contextLength());
        ones = longs(config.contextLength());
        positions = longs(config.contextLength());
        for (int i = 0; i < config.contextLength(); i++) {
            ones.setAtIndex(ValueLayout.JAVA_LONG, i, 1);
            positions.setAtIndex(ValueLayout.JAVA_LONG, i, i);
        }
        int vocabSize = config.vocabSize();
        scores =
                new Scores(
                        device.hostBuffer(Scores.bytes(form.type(), vocabSize)),
                        form.type(),
                        vocabSize);
        lastLogits = OrtTensor.over(scores.memory(), device.place(), form.type(), 1, 1, vocabSize);
        inputIdsPort = binding.input(TensorNames.INPUT_IDS);
        attentionMaskPort = binding.input(TensorNames.ATTENTION_MASK);
        positionIdsPort = binding.input(TensorNames.POSITION_IDS);
        try {
            logitsToKeep.view(device.place(), ones.address());
            binding.input(TensorNames.NUM_LOGITS_TO_KEEP).bind(logitsToKeep);
            binding.output(TensorNames.LOGITS).bind(lastLogits);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private MemorySegment longs(long count) {
        return device.hostBuffer(ValueLayout.JAVA_LONG.byteSize() * count);
    }

    @Override
    public void write(int position, int token) {
        text.setAtIndex(ValueLayout.JAVA_LONG, position, token);
    }

    @Override
    public void bind(int from, int to, int pastRows) {
        feed(inputIds, inputIdsPort, text, from, to);
        feed(positionIds, positionIdsPort, positions, from, to);
        feed(attentionMask, attentionMaskPort, ones, 0, pastRows + to - from);
    }

    private void feed(OrtTensor tensor, Port port, MemorySegment values, int from, int to) {
        tensor.setDimension(SEQUENCE_AXIS, to - from);
        tensor.view(device.place(), values.address() + from * ValueLayout.JAVA_LONG.byteSize());
        port.bind(tensor);
    }

    /** Not possible: the mask grows with the text. */
    @Override
    public void bindInPlace(int position, int capacity) {
        throw new IllegalStateException(
                "expected a graph that is fed lengths to replay, found one that is fed a mask");
    }

    @Override
    public int mostLikely() {
        return scores.highest();
    }

    @Override
    public float[] logits() {
        return scores.toArray();
    }

    @Override
    public void close() {
        lastLogits.close();
        logitsToKeep.close();
        positionIds.close();
        attentionMask.close();
        inputIds.close();
    }
}
