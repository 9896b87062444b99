package kvbench.natives;

import java.util.Locale;

/**
 * What a native library is built for.
 *
 * @param system {@value #LINUX}, {@value #MACOS}, {@value #WINDOWS}, or any other as Java names it
 * @param processor {@value #X64}, {@value #ARM64}, or any other as Java names it
 */
public record Platform(String system, String processor) {
    public static final String LINUX = "linux";
    public static final String MACOS = "macos";
    public static final String WINDOWS = "windows";
    public static final String X64 = "x64";
    public static final String ARM64 = "arm64";

    /** That of this process. */
    public static Platform current() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    static Platform of(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        String system;
        if (os.startsWith("mac")) {
            system = MACOS;
        } else {
            system = os.startsWith("windows") ? WINDOWS : os;
        }
        String processor =
                switch (osArch) {
                    case "amd64", "x86_64" -> X64;
                    case "aarch64" -> ARM64;
                    default -> osArch;
                };
        return new Platform(system, processor);
    }

    /** System and processor, joined by a hyphen. */
    @Override
    public String toString() {
        return system + "-" + processor;
    }
}
