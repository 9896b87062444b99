package kvbench.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {

    /** On the left what Java's own properties are on such machines. */
    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, linux-x64",
        "Linux, aarch64, linux-arm64",
        "Linux, riscv64, linux-riscv64",
        "Mac OS X, x86_64, macos-x64",
        "Mac OS X, aarch64, macos-arm64",
        "Windows 11, amd64, windows-x64",
        "Windows Server 2025, aarch64, windows-arm64",
        "FreeBSD, amd64, freebsd-x64",
    })
    void namesSystemAndProcessorAsTheMakersOfLibrariesDo(
            String osName, String osArch, String expected) {
        assertEquals(expected, Platform.of(osName, osArch).toString());
    }
}
