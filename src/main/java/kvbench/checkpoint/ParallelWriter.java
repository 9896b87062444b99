package kvbench.checkpoint;

import kvbench.model.ElementType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Computes float32 tensors and writes them one behind the other, in chunks, on a few threads. */
final class ParallelWriter {
    private static final int CHUNK_ELEMENTS = 1 << 20;

    /** More would wait for the disk. */
    private static final int MOST_THREADS = 4;

    private final FileChannel channel;
    private final Progress progress;
    private final long totalBytes;
    private long doneBytes;

    /** Computes {@code count} elements from the element {@code first} on. */
    interface Values {
        void fill(float[] values, int count, long first);
    }

    /** A tensor to write. */
    record Tensor(long elements, Values values) {}

    /** Up to {@link #CHUNK_ELEMENTS} of one tensor, and their place in the file. */
    private record Chunk(Values values, long first, int count, long position) {}

    ParallelWriter(FileChannel channel, Progress progress, long totalBytes) {
        this.channel = channel;
        this.progress = progress;
        this.totalBytes = totalBytes;
    }

    void write(byte[] header, List<Tensor> tensors) throws IOException {
        writeFully(ByteBuffer.wrap(header), 0);
        List<Chunk> chunks = chunks(header.length, tensors);
        int threads = Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS);
        var next = new AtomicInteger();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            Callable<Void> worker =
                    () -> {
                        writeFrom(chunks, next);
                        return null;
                    };
            for (Future<Void> done : pool.invokeAll(Collections.nCopies(threads, worker))) {
                done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        }
    }

    private static List<Chunk> chunks(long position, List<Tensor> tensors) {
        var chunks = new ArrayList<Chunk>();
        for (Tensor tensor : tensors) {
            for (long first = 0; first < tensor.elements(); first += CHUNK_ELEMENTS) {
                int count = (int) Math.min(CHUNK_ELEMENTS, tensor.elements() - first);
                chunks.add(new Chunk(tensor.values(), first, count, position));
                position += (long) count * ElementType.FLOAT32.bytes();
            }
        }
        return chunks;
    }

    /** Takes chunks until none is left; after a failure none is. */
    private void writeFrom(List<Chunk> chunks, AtomicInteger next) throws IOException {
        var values = new float[CHUNK_ELEMENTS];
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(CHUNK_ELEMENTS * ElementType.FLOAT32.bytes())
                        .order(ByteOrder.LITTLE_ENDIAN);
        boolean finished = false;
        try {
            for (int i = next.getAndIncrement(); i < chunks.size(); i = next.getAndIncrement()) {
                Chunk chunk = chunks.get(i);
                chunk.values().fill(values, chunk.count(), chunk.first());
                bytes.clear().asFloatBuffer().put(values, 0, chunk.count());
                bytes.limit(chunk.count() * ElementType.FLOAT32.bytes());
                writeFully(bytes, chunk.position());
            }
            finished = true;
        } finally {
            if (!finished) {
                next.set(chunks.size());
            }
        }
    }

    private void writeFully(ByteBuffer bytes, long position) throws IOException {
        int length = bytes.remaining();
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
        advance(length);
    }

    private synchronized void advance(int bytes) {
        doneBytes += bytes;
        progress.advance(doneBytes, totalBytes);
    }
}
