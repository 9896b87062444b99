package kvbench;

import picocli.CommandLine.IVersionProvider;

import java.util.Optional;

/** The version that the jar's manifest tells. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "kv-cache-benchmark "
                    + Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                            .orElse("(not run from its jar)")
        };
    }
}
