package kvbench.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

class HostTest {
    @TempDir Path root;

    private KernelTree files;

    @BeforeEach
    void tree() {
        files = new KernelTree(root);
    }

    @Test
    void linuxTellsItsNameAndDistributionInFiles() throws IOException {
        files.write("proc/sys/kernel/hostname", "bench-box\n");
        files.write("etc/os-release", "NAME=X\nPRETTY_NAME=\"Some Linux 12\"\n");
        Host host = Host.of(files.kernelFiles());
        assertEquals("bench-box", host.name());
        assertEquals(System.getProperty("os.name") + " (Some Linux 12)", host.os());
    }

    @Test
    void aMachineWithoutSignsOfAnotherUnderItSaysSo() throws IOException {
        files.write("proc/cpuinfo", "flags\t: fpu sse2\n");
        files.write("sys/class/dmi/id/sys_vendor", "Dell Inc.\n");
        files.write("sys/class/dmi/id/product_name", "PowerEdge\n");
        assertEquals("none seen", virtualisation());
    }

    @Test
    void aHypervisorIsToldByTheCpuAndNamedByTheFirmware() throws IOException {
        files.write("proc/cpuinfo", "flags\t: fpu hypervisor sse2\n");
        assertEquals("virtual machine", virtualisation());
        files.write("sys/class/dmi/id/sys_vendor", "Some Cloud\n");
        files.write("sys/class/dmi/id/product_name", "big.4x\n");
        assertEquals("virtual machine (Some Cloud big.4x)", virtualisation());
    }

    @Test
    void anArmGuestIsToldByItsFirmwareAlone() throws IOException {
        files.write("proc/cpuinfo", "Features\t: fp asimd\n");
        files.write("sys/class/dmi/id/sys_vendor", "QEMU\n");
        assertEquals("virtual machine (QEMU)", virtualisation());
    }

    @Test
    void containersLeaveTheirMarks() throws IOException {
        files.write("proc/cpuinfo", "flags\t: fpu\n");
        files.write("proc/self/cgroup", "0::/kubepods/besteffort/pod1\n");
        assertEquals("container", virtualisation());
        files.write("run/.containerenv", "");
        assertEquals("podman container", virtualisation());
        files.write(".dockerenv", "");
        files.write("proc/sys/kernel/osrelease", "5.15.1-Microsoft-standard-WSL2\n");
        assertEquals("WSL, docker container", virtualisation());
    }

    @Test
    void aSystemWithoutTheFilesDoesNotTell() {
        assertEquals("unknown: this system does not tell in files", virtualisation());
    }

    @Test
    void thisMachineHasAName() {
        assertFalse(Host.here().name().isBlank());
    }

    private String virtualisation() {
        return Host.of(files.kernelFiles()).virtualisation();
    }
}
