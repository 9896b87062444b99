package kvbench.device;

import kvbench.gpu.FakeCudart;
import kvbench.ort.MemoryPlace;

/**
 * CUDA's stand-in as a device whose memory a session on the CPU can compute in: all that is asked
 * of CUDA is asked, and the kernels are the CPU's.
 */
public final class FakeCudaDevice {
    private static final String PATH_PROPERTY = "kvbench.cudart";

    private FakeCudaDevice() {}

    /** The device of {@code fake}. */
    public static CudaDevice open(FakeCudart fake) {
        System.setProperty(PATH_PROPERTY, fake.path().toString());
        try {
            return CudaDevice.open(0, number -> MemoryPlace.cpu())
                    .orElse(
                            why -> {
                                throw new AssertionError(why);
                            });
        } finally {
            System.clearProperty(PATH_PROPERTY);
        }
    }
}
