package kvbench.context;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.context.Difference.Weight;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class ComparabilityTest {
    private static final RunContext BASE = SomeContext.quiet();

    private static final String GPU =
            """
            {"name": "G", "uuid": "GPU-1", "memoryBytes": 100, "usedBytes": 10, "smClockHz": 1,
             "maxSmClockHz": 2, "memoryClockHz": 3, "maxMemoryClockHz": 4, "powerLimitWatts": 300,
             "persistence": "on", "mig": "off", "clockReasons": [], "untold": []}\
            """;

    private static final RunContext WITH_GPU =
            SomeContext.with(
                    "/gpus",
                    "{\"nvml\": \"1\", \"driver\": \"570\", \"cuda\": \"12.8\", \"devices\": ["
                            + GPU
                            + "]}");

    private static final RunContext ON_GPU =
            SomeContext.with(WITH_GPU, "/runtime/computing/provider", "\"cuda\"");

    /** Where forks are joined, an exact arm has one sequence of tokens. */
    @Test
    void tellsExactArmsThatGaveOtherTokens() {
        RunContext other =
                SomeContext.with(
                        SomeContext.with("/parity/0/outcome/tokensSha256", "\"t1\""),
                        "/parity/1/outcome/reason",
                        "\"crash\"");
        assertEquals(
                List.of(
                        new Difference(
                                "parity tiny cpu 2 static",
                                "tokens t0",
                                "tokens t1",
                                Weight.BLOCKING)),
                Comparability.exactTokens(BASE, other));
        assertEquals(List.of(), Comparability.exactTokens(BASE, BASE));
        assertEquals(
                List.of(),
                Comparability.exactTokens(BASE, SomeContext.with("/parity/0/exact", "false")),
                "a lossy arm claims nothing");
    }

    @Test
    void aRunIsComparableWithItself() {
        assertEquals(List.of(), Comparability.of(BASE, BASE).differences());
        assertEquals(List.of(), Comparability.of(ON_GPU, ON_GPU).differences());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/source/suiteVersion | \"0.2.0\" | source.suiteVersion | 0.1.0 | 0.2.0",
                "/runtime/version | \"1.30.0\" | runtime.version | 1.29.0 | 1.30.0",
                "/runtime/build | \"other\" | runtime.build | build | other",
                "/runtime/librarySha256 | \"0b\" | runtime.librarySha256 | 0a | 0b",
                "/runtime/computing/provider | \"xnnpack\" | runtime.computing.provider | cpu |"
                        + " xnnpack",
                "/runtime/computing/elementType | \"float16\" | runtime.computing.elementType |"
                        + " float32 | float16",
                "/runtime/computing/sessionOptions/graph_optimization_level | \"none\" |"
                        + " runtime.computing.sessionOptions.graph_optimization_level | all | none",
                "/runtime/computing/sessionOptions/new | \"1\" |"
                        + " runtime.computing.sessionOptions.new | unset | 1",
                "/runtime/environment/ORT_X | \"1\" | runtime.environment.ORT_X | unset | 1",
                "/jvm/vendor | \"Other\" | jvm.vendor | Vendor | Other",
                "/jvm/name | \"Other\" | jvm.name | VM | Other",
                "/jvm/version | \"25+37\" | jvm.version | 25+36 | 25+37",
                "/jvm/arguments | [\"-Xmx2g\"] | jvm.arguments | [-Xmx1g] | [-Xmx2g]",
                "/cpu/model | \"Other\" | cpu.model | Some CPU | Other",
                "/cpu/architecture | \"aarch64\" | cpu.architecture | amd64 | aarch64",
                "/cpu/usableCores | 3 | cpu.usableCores | 2 | 3",
                "/cpu/logicalCores | 8 | cpu.logicalCores | 4 | 8",
                "/cpu/physicalCores | \"NaN\" | cpu.physicalCores | 2 | NaN",
                "/cpu/sockets | 2 | cpu.sockets | 1 | 2",
                "/cpu/numaNodes | 2 | cpu.numaNodes | 1 | 2",
                "/cpu/smt | \"off\" | cpu.smt | on | off",
                "/cpu/flags | [\"fpu\",\"sse2\"] | cpu.flags | more: [avx2] | more: []",
                "/memory/totalBytes | 4200000000 | memory.totalBytes | 4294967296 | 4200000000",
                "/memory/usableBytes | \"NaN\" | memory.usableBytes | 4294967296 | NaN",
                "/limits/cpus | \"1.50\" | limits.cpus | none | 1.50",
                "/limits/memoryBytes | \"1000\" | limits.memoryBytes | none | 1000",
                "/host/os | \"Windows 11\" | host.os | Linux (Some Linux 12) | Windows 11",
                "/models/0/configSha256 | \"01\" | models.tiny.configSha256 | 00 | 01",
                "/models/0/tokenizerSha256 | \"12\" | models.tiny.tokenizerSha256 | 11 | 12",
                "/models/0/elementType | \"FLOAT16\" | models.tiny.elementType | FLOAT32 | FLOAT16",
                "/models/0/weights/seed | 43 | models.tiny.weights | Seeded[seed=42] |"
                        + " Seeded[seed=43]",
                "/models/1/files/0/sha256 | \"x\" | models.real.files | real-hash | x",
                "/models/1/files/0/sha256 | \"unknown: slow\" | models.real.files | real-hash |"
                        + " unknown: slow",
                "/plan/arms/0/measurements | 6 | plan.arms b.Bench.run {strategy=static} | 5"
                    + " iterations of a fork after 3 for warming up, 2.5 s timed | 6 iterations of"
                    + " a fork after 3 for warming up, 2.5 s timed",
                "/plan/arms/0/warmups | 4 | plan.arms b.Bench.run {strategy=static} | 5 iterations"
                        + " of a fork after 3 for warming up, 2.5 s timed | 5 iterations of a fork"
                        + " after 4 for warming up, 2.5 s timed",
                "/plan/arms/0/timedSeconds | 0.6000000000000001 | plan.arms b.Bench.run"
                        + " {strategy=static} | 5 iterations of a fork after 3 for warming up, 2.5"
                        + " s timed | 5 iterations of a fork after 3 for warming up, 0.6 s timed",
                "/plan/arms/0/timedSeconds | 3 | plan.arms b.Bench.run {strategy=static} | 5"
                    + " iterations of a fork after 3 for warming up, 2.5 s timed | 5 iterations of"
                    + " a fork after 3 for warming up, 3 s timed",
            })
    void whatChangesAResultBlocks(
            String pointer, String json, String field, String mine, String theirs) {
        RunContext other = SomeContext.with(pointer, json);
        assertEquals(
                List.of(new Difference(field, mine, theirs, Weight.BLOCKING)),
                Comparability.of(BASE, other).differences());
        assertEquals(
                List.of(new Difference(field, theirs, mine, Weight.BLOCKING)),
                Comparability.of(other, BASE).blocking());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/utc | \"2026-01-03T00:00:00Z\" | utc | 2026-01-02T03:04:05Z |"
                        + " 2026-01-03T00:00:00Z",
                "/host/name | \"node7\" | host.name | box | node7",
                "/host/os | \"Linux (Other 1)\" | host.os | Linux (Some Linux 12) | Linux (Other"
                        + " 1)",
                "/host/kernel | \"6.2\" | host.kernel | 6.1 | 6.2",
                "/host/virtualisation | \"WSL\" | host.virtualisation | none seen | WSL",
                "/host/loadAverage | 1.75 | host.loadAverage | 0.5 | 1.75",
                "/cpu/governor | \"powersave\" | cpu.governor | performance | powersave",
                "/cpu/boost | \"on\" | cpu.boost | off | on",
                "/cpu/flags | [\"avx2\",\"fpu\",\"sse2\",\"user_shstk\"] | cpu.flags | more: [] |"
                        + " more: [user_shstk]",
                "/memory/transparentHugePages | \"always\" | memory.transparentHugePages | madvise"
                        + " | always",
                "/runtime/environment/CUDA_VISIBLE_DEVICES | \"1\" |"
                        + " runtime.environment.CUDA_VISIBLE_DEVICES | unset | 1",
                "/parity/0/outcome/tokensSha256 | \"t1\" | parity tiny cpu 2 static | tokens t0 |"
                        + " tokens t1",
                "/parity/1/outcome/reason | \"crash\" | parity tiny cpu 2 int8 | failed: no kernel"
                        + " | failed: crash",
                "/source/codeSha256 | \"c1\" | source | commit abc (clean), code c0 | commit abc"
                        + " (clean), code c1",
            })
    void whatMayDifferIsWorthKnowing(
            String pointer, String json, String field, String mine, String theirs) {
        assertEquals(
                List.of(new Difference(field, mine, theirs, Weight.WORTH_KNOWING)),
                Comparability.of(BASE, SomeContext.with(pointer, json)).differences());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/memory/totalBytes | 4290000000",
                "/memory/availableBytes | 1",
                "/host/loadAverage | 1.4",
                "/host/loadAverage | \"NaN\"",
                "/runtime/library | \"/elsewhere/ort.so\"",
                "/jvm/arguments | [\"-Xmx1g\", \"-Djava.io.tmpdir=/x\", \"-Dkvbench.models=/m\","
                        + " \"-Djmh.ignoreLock=true\","
                        + " \"--sun-misc-unsafe-memory-access=allow\"]",
                "/source/built | {\"commit\": \"def\", \"branch\": \"x\", \"state\": \"dirty\"}",
                "/source/checkedOut/commit | \"def\"",
                "/models | []",
                "/parity | []",
                "/models/0/folder | \"elsewhere\"",
                "/models/0/files/0/name | \"blob\"",
                "/plan/arms/0/params/strategy | \"none\"",
                "/plan/arms/0/forks | 5",
                "/plan/orderSeed | 8",
                "/plan/shard | \"2/3\"",
                "/arguments | []",
            })
    void whatSaysNothingOfResultsIsLeftOut(String pointer, String json) {
        assertEquals(
                List.of(), Comparability.of(BASE, SomeContext.with(pointer, json)).differences());
    }

    @Test
    void otherCodeBlocksUnlessItIsARebuildOfOneCleanCommit() {
        RunContext rebuilt = SomeContext.with("/source/codeSha256", "\"c1\"");
        assertEquals(List.of(), Comparability.of(BASE, rebuilt).blocking());

        RunContext dirty = SomeContext.with(rebuilt, "/source/built/state", "\"dirty\"");
        assertEquals(
                List.of(
                        new Difference(
                                "source",
                                "commit abc (clean), code c0",
                                "commit abc (dirty), code c1",
                                Weight.BLOCKING)),
                Comparability.of(BASE, dirty).differences());

        RunContext later = SomeContext.with(rebuilt, "/source/built/commit", "\"def\"");
        assertEquals(
                List.of(
                        new Difference(
                                "source",
                                "commit abc (clean), code c0",
                                "commit def (clean), code c1",
                                Weight.BLOCKING)),
                Comparability.of(BASE, later).differences());
    }

    @Test
    void codeThatNobodyKnowsIsNotTheSame() {
        RunContext unknown = SomeContext.with("/source/codeSha256", "\"unknown: x\"");
        RunContext dirty = SomeContext.with(unknown, "/source/built/state", "\"dirty\"");
        assertEquals(
                List.of(
                        new Difference(
                                "source",
                                "commit abc (dirty), code unknown: x",
                                "commit abc (dirty), code unknown: x",
                                Weight.BLOCKING)),
                Comparability.of(dirty, dirty).differences());
    }

    @Test
    void theCommitOfTheFolderStandsInWhereTheBuildKnowsNone() {
        RunContext unbuilt =
                SomeContext.with(
                        SomeContext.with("/source/codeSha256", "\"c1\""),
                        "/source/built",
                        "{\"commit\": \"unknown: x\", \"branch\": \"unknown: x\", \"state\":"
                                + " \"unknown: x\"}");
        assertEquals(List.of(), Comparability.of(BASE, unbuilt).blocking());
    }

    @Test
    void whatNeitherTellsOfItsIdentityIsWorthKnowing() {
        RunContext unknown = SomeContext.with("/cpu/model", "\"unknown: no file\"");
        assertEquals(
                List.of(
                        new Difference(
                                "cpu.model",
                                "unknown: no file",
                                "unknown: no file",
                                Weight.WORTH_KNOWING)),
                Comparability.of(unknown, unknown).differences());
    }

    @Test
    void countsThatNeitherTellsAreTakenForEqual() {
        RunContext unknown = SomeContext.with("/cpu/sockets", "\"NaN\"");
        assertEquals(List.of(), Comparability.of(unknown, unknown).differences());
    }

    @Test
    void oneUnknownHashLeavesTheWeightsUnknown() {
        String files =
                "[{\"name\": \"a\", \"bytes\": 1, \"sha256\": \"aa\", \"hashed\": \"read\"},"
                        + " {\"name\": \"b\", \"bytes\": 1, \"sha256\": \"unknown: slow\","
                        + " \"hashed\": \"not\"}]";
        RunContext partly = SomeContext.with("/models/1/files", files);
        assertEquals(
                List.of(
                        new Difference(
                                "models.real.files",
                                "unknown: slow",
                                "unknown: slow",
                                Weight.WORTH_KNOWING)),
                Comparability.of(partly, partly).differences());
    }

    @Test
    void shardsInAnotherOrderHoldTheSameWeights() {
        String one = "{\"name\": \"a\", \"bytes\": 1, \"sha256\": \"aa\", \"hashed\": \"read\"}";
        String two = "{\"name\": \"b\", \"bytes\": 1, \"sha256\": \"bb\", \"hashed\": \"read\"}";
        assertEquals(
                List.of(),
                Comparability.of(
                                SomeContext.with("/models/1/files", "[" + one + "," + two + "]"),
                                SomeContext.with("/models/1/files", "[" + two + "," + one + "]"))
                        .differences());
    }

    @Test
    void aRunThatLoadedNoRuntimeContradictsNone() {
        RunContext without =
                new RunContext(
                        BASE.schemaVersion(),
                        BASE.utc(),
                        BASE.host(),
                        BASE.cpu(),
                        BASE.memory(),
                        BASE.limits(),
                        BASE.gpus(),
                        BASE.jvm(),
                        Runtime.unknown("not loaded"),
                        BASE.source(),
                        BASE.models(),
                        BASE.plan(),
                        BASE.parity(),
                        BASE.arguments());
        assertEquals(
                List.of(
                        new Difference(
                                "runtime.version",
                                "1.29.0",
                                "unknown: not loaded",
                                Weight.WORTH_KNOWING)),
                Comparability.of(BASE, without).differences());
        assertEquals(List.of(), Comparability.of(without, without).differences());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/gpus/driver | \"580\" | gpus.driver | 570 | 580",
                "/gpus/cuda | \"13.0\" | gpus.cuda | 12.8 | 13.0",
                "/gpus/devices/0/name | \"H\" | gpus.devices | G with 100 bytes, MIG off | H with"
                        + " 100 bytes, MIG off",
                "/gpus/devices/0/memoryBytes | 200 | gpus.devices | G with 100 bytes, MIG off | G"
                        + " with 200 bytes, MIG off",
                "/gpus/devices/0/mig | \"on\" | gpus.devices | G with 100 bytes, MIG off | G with"
                        + " 100 bytes, MIG on",
            })
    void aGpuBlocksOnlyWhereItComputes(
            String pointer, String json, String field, String mine, String theirs) {
        assertEquals(
                List.of(new Difference(field, mine, theirs, Weight.BLOCKING)),
                Comparability.of(ON_GPU, SomeContext.with(ON_GPU, pointer, json)).differences());
        assertEquals(
                List.of(new Difference(field, mine, theirs, Weight.WORTH_KNOWING)),
                Comparability.of(WITH_GPU, SomeContext.with(WITH_GPU, pointer, json))
                        .differences());
    }

    @Test
    void aGpusPowerAndThrottlingAreWorthKnowing() {
        RunContext hot =
                SomeContext.with(
                        SomeContext.with(ON_GPU, "/gpus/devices/0/powerLimitWatts", "250.5"),
                        "/gpus/devices/0/clockReasons",
                        "[\"gpu idle\", \"hardware thermal slowdown\"]");
        assertEquals(
                List.of(
                        new Difference(
                                "gpus.devices.powerLimitWatts",
                                "300",
                                "250.5",
                                Weight.WORTH_KNOWING),
                        new Difference(
                                "gpus.devices.throttling",
                                "[]",
                                "[hardware thermal slowdown]",
                                Weight.WORTH_KNOWING)),
                Comparability.of(ON_GPU, hot).differences());
    }

    @Test
    void anIdleGpuAndAnotherCardOfTheSameModelAreNoDifference() {
        RunContext idle =
                SomeContext.with(
                        SomeContext.with(ON_GPU, "/gpus/devices/0/uuid", "\"GPU-2\""),
                        "/gpus/devices/0/clockReasons",
                        "[\"gpu idle\"]");
        assertEquals(List.of(), Comparability.of(ON_GPU, idle).differences());
    }

    @Test
    void aMachineWithAGpuAndOneWithoutAreToldApart() {
        assertEquals(
                List.of(
                        new Difference(
                                "gpus.devices",
                                "none (unknown: no driver)",
                                "G with 100 bytes, MIG off",
                                Weight.WORTH_KNOWING)),
                Comparability.of(BASE, WITH_GPU).differences());
    }

    @Test
    void whatBlocksStandsFirst() {
        RunContext other =
                SomeContext.with(SomeContext.with("/host/name", "\"b\""), "/host/os", "\"X\"");
        assertEquals(
                List.of("host.os", "host.name"),
                Comparability.of(BASE, SomeContext.with(other, "/utc", "\"2026-01-02T03:04:05Z\""))
                        .differences()
                        .stream()
                        .map(Difference::field)
                        .toList());
        assertEquals(
                "host.os: Linux (Some Linux 12) against X",
                Comparability.of(BASE, other).blocking().getFirst().toString());
    }
}
