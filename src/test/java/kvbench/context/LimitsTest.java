package kvbench.context;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

class LimitsTest {
    private static final String MOUNT = "sys/fs/cgroup";

    @TempDir Path root;

    private KernelTree files;

    @BeforeEach
    void tree() {
        files = new KernelTree(root);
    }

    @Test
    void theNarrowestOfAllGroupsAroundTheProcessCounts() throws IOException {
        files.write("proc/self/cgroup", "0::/job/step\n");
        files.write(MOUNT + "/job/step/cpu.max", "max 100000\n");
        files.write(MOUNT + "/job/step/memory.max", "4294967296\n");
        files.write(MOUNT + "/job/cpu.max", "150000 100000\n");
        files.write(MOUNT + "/job/memory.max", "8589934592\n");
        assertEquals(new Limits("1.50", "4294967296"), limits());
    }

    @Test
    void aContainerSeesItsOwnGroupAsTheOutermost() throws IOException {
        files.write("proc/self/cgroup", "0::/\n");
        files.write(MOUNT + "/cpu.max", "50000 100000\n");
        files.write(MOUNT + "/memory.max", "1000000\n");
        assertEquals(new Limits("0.50", "1000000"), limits());
    }

    @Test
    void maxIsNoLimit() throws IOException {
        files.write("proc/self/cgroup", "0::/job\n");
        files.write(MOUNT + "/job/cpu.max", "max 100000\n");
        files.write(MOUNT + "/job/memory.max", "max\n");
        assertEquals(new Limits("none", "none"), limits());
    }

    @Test
    void versionOneHasAMountForEachController() throws IOException {
        files.write("proc/self/cgroup", "4:memory:/docker/x\n1:cpu,cpuacct:/docker/x\n0::/\n");
        files.write(MOUNT + "/cpu,cpuacct/cpu.cfs_quota_us", "200000\n");
        files.write(MOUNT + "/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
        files.write(MOUNT + "/memory/docker/x/memory.limit_in_bytes", "9223372036854771712\n");
        files.write(MOUNT + "/memory/memory.limit_in_bytes", "123456789\n");
        assertEquals(new Limits("2.00", "123456789"), limits());
    }

    @Test
    void versionOneWritesANegativeQuotaAndAHugeSizeForNone() throws IOException {
        files.write("proc/self/cgroup", "4:memory:/\n1:cpu:/\n");
        files.write(MOUNT + "/cpu/cpu.cfs_quota_us", "-1\n");
        files.write(MOUNT + "/cpu/cpu.cfs_period_us", "100000\n");
        files.write(MOUNT + "/memory/memory.limit_in_bytes", "9223372036854771712\n");
        assertEquals(new Limits("none", "none"), limits());
    }

    @Test
    void groupsWithoutReadableFilesSaySo() throws IOException {
        files.write("proc/self/cgroup", "0::/job\n");
        String unknown = "unknown: no control group of this process shows one";
        assertEquals(new Limits(unknown, unknown), limits());
    }

    @Test
    void aSystemWithoutGroupsSaysSo() {
        String unknown = "unknown: this system has no control groups";
        assertEquals(new Limits(unknown, unknown), limits());
    }

    private Limits limits() {
        return Limits.of(files.kernelFiles());
    }
}
