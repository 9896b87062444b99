package kvbench.device;

import kvbench.gpu.Cuda;
import kvbench.gpu.CudaException;
import kvbench.gpu.CudaStream;
import kvbench.gpu.DeviceSpace;
import kvbench.gpu.PinnedMemory;
import kvbench.gpu.Reading;
import kvbench.ort.MemoryPlace;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * An NVIDIA GPU and its memory. Graphs run and copies are made on one stream, so that each sees
 * what was asked for before it.
 */
public final class CudaDevice implements Device {
    private static final long LEAST_BETWEEN = 1 << 20;

    private final Cuda cuda;
    private final CudaStream stream;
    private final MemoryPlace place;
    private final List<PinnedMemory> hostBuffers = new ArrayList<>();
    private Optional<PinnedMemory> between = Optional.empty();

    private CudaDevice(Cuda cuda, MemoryPlace place) {
        this.cuda = cuda;
        this.place = place;
        stream = cuda.stream();
    }

    /**
     * The device with CUDA's {@code number}, or why there is none. Its context takes hundreds of MB
     * of the device for as long as the process lives.
     */
    public static Reading<CudaDevice> open(int number) {
        return open(number, MemoryPlace::cuda);
    }

    /**
     * As {@link #open(int)}.
     *
     * @param places what ONNX Runtime calls the memory of a device
     */
    static Reading<CudaDevice> open(int number, IntFunction<MemoryPlace> places) {
        return Cuda.open(number).then(cuda -> on(cuda, places.apply(number)));
    }

    private static Reading<CudaDevice> on(Cuda cuda, MemoryPlace place) {
        try {
            return Reading.of(new CudaDevice(cuda, place));
        } catch (CudaException e) {
            place.close();
            return Reading.absent(e.getMessage());
        }
    }

    /** CUDA's number of it. */
    public int number() {
        return cuda.device();
    }

    /** Address of the stream on which all is done: a {@code cudaStream_t}. */
    public long stream() {
        return stream.address();
    }

    /** Its memory now, or why CUDA does not tell. */
    public Reading<DeviceSpace> space() {
        try {
            return Reading.of(cuda.space());
        } catch (CudaException e) {
            return Reading.absent(e.getMessage());
        }
    }

    @Override
    public MemoryPlace place() {
        return place;
    }

    @Override
    public long allocate(long bytes) {
        try {
            return cuda.allocate(bytes);
        } catch (CudaException e) {
            throw e.isOutOfMemory() ? new OutOfDeviceMemoryException(e) : e;
        }
    }

    @Override
    public void free(long address) {
        cuda.free(address);
    }

    @Override
    public MemorySegment hostBuffer(long bytes) {
        PinnedMemory buffer = cuda.pinned(bytes);
        hostBuffers.add(buffer);
        return buffer.segment();
    }

    @Override
    public void upload(long target, long source, long bytes) {
        cuda.copyToDevice(target, source, bytes, stream);
    }

    @Override
    public void download(long target, long source, long bytes) {
        cuda.copyToHost(target, source, bytes, stream);
    }

    @Override
    public void uploadArray(long target, MemorySegment array) {
        if (array.byteSize() == 0) {
            return;
        }
        MemorySegment between = between(array.byteSize());
        MemorySegment.copy(array, 0, between, 0, array.byteSize());
        upload(target, between.address(), array.byteSize());
        synchronize();
    }

    @Override
    public void downloadArray(MemorySegment array, long source) {
        if (array.byteSize() == 0) {
            return;
        }
        MemorySegment between = between(array.byteSize());
        download(between.address(), source, array.byteSize());
        synchronize();
        MemorySegment.copy(between, 0, array, 0, array.byteSize());
    }

    /** Host memory that arrays pass through, since the garbage collector moves them. */
    private MemorySegment between(long bytes) {
        if (between.isEmpty() || between.get().segment().byteSize() < bytes) {
            between.ifPresent(PinnedMemory::close);
            between = Optional.of(cuda.pinned(Math.max(bytes, LEAST_BETWEEN)));
        }
        return between.get().segment();
    }

    @Override
    public void copy(long target, long source, long bytes) {
        cuda.copyWithin(target, source, bytes, stream);
    }

    @Override
    public void copyRows(
            long target, long targetPitch, long source, long sourcePitch, long rowBytes, int rows) {
        cuda.copyRows(target, targetPitch, source, sourcePitch, rowBytes, rows, stream);
    }

    @Override
    public void synchronize() {
        stream.synchronize();
    }

    @Override
    public void close() {
        between.ifPresent(PinnedMemory::close);
        between = Optional.empty();
        hostBuffers.forEach(PinnedMemory::close);
        hostBuffers.clear();
        place.close();
        stream.close();
    }
}
