package kvbench.generate;

import kvbench.device.Device;
import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.model.LlamaConfig;
import kvbench.onnx.GraphForm;
import kvbench.onnx.Sampling;
import kvbench.onnx.TensorNames;
import kvbench.ort.IoBinding;
import kvbench.ort.IoBinding.Port;
import kvbench.ort.MemoryPlace;
import kvbench.ort.OrtTensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Feeds a graph that takes lengths ({@link kvbench.onnx.Feeding#LENGTHS}), in the device's memory.
 *
 * <p>The text lies on the host and, as far as a run has needed it, on the device. A cell on the
 * device holds the token of a decode step; where the graph chooses the next token itself, it writes
 * that into another, from which a greedy step takes it, so that the host sends nothing. Lengths and
 * positions lie on the device once, for every length there is.
 */
final class LengthsFeed implements Feed {
    private static final int SEQUENCE_AXIS = 1;
    private static final long TOKEN_BYTES = ElementType.INT64.bytes();
    private static final long LENGTH_BYTES = ElementType.INT32.bytes();
    private static final int UNKNOWN = -1;

    private final Device device;
    private final MemoryPlace host = MemoryPlace.cpu();
    private final Sampling sampling;
    private final List<Long> allocated = new ArrayList<>();
    private final List<OrtTensor> tensors = new ArrayList<>();

    private final MemorySegment text; // token ids [contextLength], on the host
    private final MemorySegment total; // int32, on the host
    private final MemorySegment chosen; // int64, on the host
    private final Scores scores; // [vocabulary], on the host
    private final long deviceText; // int64 [contextLength]
    private final long lengths; // int32 0, 1, 2, ... [contextLength]
    private final Optional<Positions> positions;
    private final long tokenCell; // int64, of the step
    private final long chosenCell; // int64, of the step after
    private final long lengthCell; // int32
    private final long deviceScores; // [vocabulary]

    private final OrtTensor prompt; // [batch, sequence], over the text
    private final OrtTensor token; // [batch, 1], over its cell
    private final OrtTensor length; // [batch], over the lengths
    private final OrtTensor lengthInPlace; // [batch], over its cell
    private final Port inputIds;
    private final Port sequenceLengths;

    /** Tokens of the text that lie on the device as they do on the host. */
    private int uploaded;

    /** Token of the step, where the host knows it. */
    private int stepToken = UNKNOWN;

    /** Whether the host has looked at scores, all of which were finite. */
    private boolean scoresAreSeen;

    /** Token that the graph chose, where the host knows it. */
    private int chosenToken = UNKNOWN;

    /** The positions of a graph that rotates its heads by them. */
    private record Positions(
            long table, // int64 0, 1, 2, ... [contextLength]
            long cell, // int64
            OrtTensor ofText, // [batch, sequence], over the table
            OrtTensor inPlace, // [batch, 1], over the cell
            Port port) {}

    LengthsFeed(Device device, IoBinding binding, LlamaConfig config, GraphForm form) {
        this.device = device;
        this.sampling = form.sampling();
        int vocabSize = config.vocabSize();
        int contextLength = config.contextLength();
        try {
            text = device.hostBuffer(TOKEN_BYTES * contextLength);
            total = device.hostBuffer(LENGTH_BYTES);
            chosen = device.hostBuffer(TOKEN_BYTES);
            scores =
                    new Scores(
                            device.hostBuffer(Scores.bytes(form.type(), vocabSize)),
                            form.type(),
                            vocabSize);
            deviceText = allocate(TOKEN_BYTES * contextLength);
            lengths = allocate(LENGTH_BYTES * contextLength);
            tokenCell = allocate(TOKEN_BYTES);
            chosenCell = allocate(TOKEN_BYTES);
            lengthCell = allocate(LENGTH_BYTES);
            deviceScores = allocate(Scores.bytes(form.type(), vocabSize));
            prompt = tensor(ElementType.INT64, deviceText, 1, 0);
            token = tensor(ElementType.INT64, tokenCell, 1, 1);
            length = tensor(ElementType.INT32, lengths, 1);
            lengthInPlace = tensor(ElementType.INT32, lengthCell, 1);
            positions =
                    form.takesPositionIds(config)
                            ? Optional.of(positions(binding, contextLength))
                            : Optional.empty();
            uploadLengths(contextLength);
            inputIds = binding.input(TensorNames.INPUT_IDS);
            sequenceLengths = binding.input(TensorNames.SEQUENCE_LENGTHS);
            bindWhatStays(binding, form, vocabSize);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void bindWhatStays(IoBinding binding, GraphForm form, int vocabSize) {
        var totalLength = new OrtTensor(ElementType.INT32); // scalar
        tensors.add(totalLength);
        totalLength.view(host, total.address());
        binding.input(TensorNames.TOTAL_SEQUENCE_LENGTH).bind(totalLength);
        binding.output(TensorNames.LOGITS).bind(tensor(form.type(), deviceScores, 1, 1, vocabSize));
        if (sampling == Sampling.DEVICE) {
            binding.output(TensorNames.NEXT_TOKEN)
                    .bind(tensor(ElementType.INT64, chosenCell, 1, 1));
        }
    }

    private Positions positions(IoBinding binding, int contextLength) {
        long table = allocate(TOKEN_BYTES * contextLength);
        long cell = allocate(TOKEN_BYTES);
        MemorySegment values = device.hostBuffer(TOKEN_BYTES * contextLength);
        for (int i = 0; i < contextLength; i++) {
            values.setAtIndex(ValueLayout.JAVA_LONG, i, i);
        }
        device.upload(table, values.address(), values.byteSize());
        return new Positions(
                table,
                cell,
                tensor(ElementType.INT64, table, 1, 0),
                tensor(ElementType.INT64, cell, 1, 1),
                binding.input(TensorNames.POSITION_IDS));
    }

    private void uploadLengths(int contextLength) {
        MemorySegment values = device.hostBuffer(LENGTH_BYTES * contextLength);
        for (int i = 0; i < contextLength; i++) {
            values.setAtIndex(ValueLayout.JAVA_INT, i, i);
        }
        device.upload(lengths, values.address(), values.byteSize());
    }

    private long allocate(long bytes) {
        long address = device.allocate(bytes);
        allocated.add(address);
        return address;
    }

    private OrtTensor tensor(ElementType type, long address, long... shape) {
        var tensor = new OrtTensor(type, shape);
        tensors.add(tensor);
        tensor.view(device.place(), address);
        return tensor;
    }

    @Override
    public void write(int position, int token) {
        text.setAtIndex(ValueLayout.JAVA_LONG, position, token);
        uploaded = Math.min(uploaded, position);
    }

    @Override
    public void bind(int from, int to, int pastRows) {
        int rows = pastRows + to - from;
        if (to - from == 1) {
            putIntoCell(from);
            inputIds.bind(token);
        } else {
            upload(to);
            prompt.setDimension(SEQUENCE_AXIS, to - from);
            prompt.view(device.place(), deviceText + from * TOKEN_BYTES);
            inputIds.bind(prompt);
        }
        length.view(device.place(), lengths + (rows - 1) * LENGTH_BYTES);
        sequenceLengths.bind(length);
        total.set(ValueLayout.JAVA_INT, 0, rows);
        if (positions.isPresent()) {
            OrtTensor ofText = positions.get().ofText();
            ofText.setDimension(SEQUENCE_AXIS, to - from);
            ofText.view(device.place(), positions.get().table() + from * TOKEN_BYTES);
            positions.get().port().bind(ofText);
        }
        chosenToken = UNKNOWN;
    }

    @Override
    public void bindInPlace(int position, int capacity) {
        putIntoCell(position);
        device.copy(lengthCell, lengths + position * LENGTH_BYTES, LENGTH_BYTES);
        inputIds.bind(token);
        sequenceLengths.bind(lengthInPlace);
        total.set(ValueLayout.JAVA_INT, 0, capacity);
        if (positions.isPresent()) {
            Positions rotated = positions.get();
            device.copy(rotated.cell(), rotated.table() + position * TOKEN_BYTES, TOKEN_BYTES);
            rotated.port().bind(rotated.inPlace());
        }
        chosenToken = UNKNOWN;
    }

    /** Sends the device the text up to {@code to}, as far as it is not there. */
    private void upload(int to) {
        if (uploaded < to) {
            long offset = uploaded * TOKEN_BYTES;
            device.upload(
                    deviceText + offset, text.address() + offset, (to - uploaded) * TOKEN_BYTES);
            uploaded = to;
        }
    }

    /** Sends only what is not on the device. */
    private void putIntoCell(int position) {
        int wanted = (int) text.getAtIndex(ValueLayout.JAVA_LONG, position);
        if (stepToken == wanted) {
            return;
        }
        if (chosenToken == wanted) {
            device.copy(tokenCell, chosenCell, TOKEN_BYTES);
        } else {
            device.upload(tokenCell, text.address() + position * TOKEN_BYTES, TOKEN_BYTES);
        }
        stepToken = wanted;
    }

    @Override
    public int mostLikely() {
        if (sampling == Sampling.HOST) {
            downloadScores();
            return scores.highest();
        }
        device.download(chosen.address(), chosenCell, TOKEN_BYTES);
        device.synchronize();
        long token = chosen.get(ValueLayout.JAVA_LONG, 0);
        if (!scoresAreSeen || token < 0 || token >= scores.count()) {
            seeScores(token);
        }
        chosenToken = (int) token;
        return chosenToken;
    }

    /**
     * Looks at the scores on the host: of the first run, since weights that are broken show there,
     * and of one that chose what is no token.
     */
    private void seeScores(long token) {
        downloadScores();
        scores.highest();
        scoresAreSeen = true;
        if (token < 0 || token >= scores.count()) {
            throw InputException.unusable(
                    "expected the graph to choose one of %d tokens, found %d: use --sampling host."
                            .formatted(scores.count(), token));
        }
    }

    private void downloadScores() {
        device.download(scores.memory().address(), deviceScores, scores.memory().byteSize());
        device.synchronize();
    }

    @Override
    public float[] logits() {
        downloadScores();
        return scores.toArray();
    }

    @Override
    public void close() {
        tensors.forEach(OrtTensor::close);
        allocated.forEach(device::free);
        allocated.clear();
        host.close();
    }
}
