package kvbench;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import kvbench.bench.TurnLog;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A package is a room with one job; here stands what each may import. */
class ArchitectureTest {
    private static final String JSON = "com.fasterxml.jackson";
    private static final String CSV = "org.apache.commons.csv";
    private static final String COMMONS_MATH = "org.apache.commons.math3";
    private static final String MUSTACHE = "com.samskivert.mustache";
    private static final String DJL = "ai.djl";
    private static final String JMH = "org.openjdk.jmh";
    private static final String COMMAND_LINE = "picocli";
    private static final String CHARTS = "org.jfree";
    private static final String SVG = "org.apache.batik";

    private static final List<Room> ROOMS =
            List.of(
                    room("model").libraries(JSON),
                    room("checkpoint").rooms("model").libraries(JSON),
                    room("text").rooms("model").libraries(DJL, JSON),
                    room("onnx").rooms("model", "checkpoint"),
                    room("natives"),
                    room("ort").rooms("model", "natives"),
                    room("gpu"),
                    room("chart")
                            .libraries(
                                    CHARTS,
                                    SVG,
                                    "org.w3c.dom",
                                    "javax.imageio",
                                    "javax.xml.parsers"),
                    room("device").rooms("ort", "gpu"),
                    room("cache").rooms("model", "onnx", "ort", "device"),
                    // The virtual machine tells only through JMX where its heap lies.
                    room("memory")
                            .rooms("model", "ort", "gpu", "device", "cache")
                            .libraries("javax.management"),
                    room("generate")
                            .rooms("model", "text", "onnx", "ort", "device", "cache", "memory"),
                    room("engine")
                            .rooms("model", "checkpoint", "onnx", "ort", "gpu", "device", "cache")
                            .rooms("generate", "natives", "text"),
                    room("verify")
                            .rooms("model", "checkpoint", "text", "generate", "cache", "engine")
                            .rooms("natives", "context")
                            .libraries(JSON),
                    room("context").rooms("model", "gpu").libraries(JSON),
                    room("profile")
                            .rooms("model", "natives", "ort", "gpu", "memory")
                            .libraries(JMH),
                    room("bench")
                            .rooms("model", "checkpoint", "text", "onnx", "ort", "cache")
                            .rooms("generate", "engine", "profile", "context", "memory")
                            .rooms("gpu", "device")
                            .libraries(JMH, CSV, JSON),
                    room("stats").libraries(COMMONS_MATH),
                    room("table"),
                    room("results").rooms("model", "context").libraries(JSON, CSV),
                    room("compare").rooms("model", "context", "results", "stats"),
                    room("document").rooms("table", "chart").libraries(JSON, CSV, MUSTACHE),
                    room("report")
                            .rooms("model", "context", "memory", "results", "stats", "compare")
                            .rooms("table", "chart", "document"),
                    room("store")
                            .rooms("model", "context", "results", "report", "bench")
                            .libraries(JSON, JMH),
                    room("matrix")
                            .rooms("model", "checkpoint", "text", "cache", "generate", "engine")
                            .rooms("natives", "profile", "bench", "results")
                            .libraries(JMH),
                    room("plan")
                            .rooms("model", "checkpoint", "cache", "generate", "engine")
                            .rooms("profile", "bench", "results", "compare", "table", "matrix")
                            .libraries(JMH),
                    room("suite")
                            .rooms("model", "checkpoint", "cache", "ort", "engine", "verify")
                            .rooms(
                                    "context", "profile", "bench", "results", "table", "report",
                                    "store")
                            .rooms("matrix", "plan")
                            .libraries(JMH));

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    // What JMH generates follows JMH's needs.
                    .withImportOption(location -> !location.contains("jmh_generated"))
                    .importPackages("kvbench");

    /** A package under kvbench, and the rooms and libraries that it may import beside the JDK. */
    private record Room(String name, Set<String> mayImport) {
        Room rooms(String... names) {
            return with(Stream.of(names).map(ArchitectureTest::packageOf));
        }

        Room libraries(String... packages) {
            return with(Stream.of(packages));
        }

        private Room with(Stream<String> packages) {
            return new Room(
                    name,
                    Stream.concat(mayImport.stream(), packages)
                            .collect(Collectors.toUnmodifiableSet()));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Room room(String name) {
        return new Room(name, Set.of(packageOf(name), "java", "com.sun.management"));
    }

    private static String packageOf(String room) {
        return "kvbench." + room;
    }

    private static String[] withSubpackages(Set<String> packages) {
        return packages.stream().map(name -> name + "..").toArray(String[]::new);
    }

    @ParameterizedTest
    @FieldSource("ROOMS")
    void aRoomImportsOnlyWhatItMay(Room room) {
        classes()
                .that()
                .resideInAPackage(packageOf(room.name()) + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(withSubpackages(room.mayImport()))
                .check(CLASSES);
    }

    @Test
    void everyPackageIsARoom() {
        var packages = new TreeSet<String>();
        for (JavaClass found : CLASSES) {
            packages.add(found.getPackageName());
        }
        var rooms = new TreeSet<>(Set.of("kvbench"));
        ROOMS.forEach(room -> rooms.add(packageOf(room.name())));

        assertEquals(rooms, packages);
    }

    @Test
    void commandsImportRoomsButFewLibraries() {
        classes()
                .that()
                .resideInAPackage("kvbench")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "kvbench..", "java..", COMMAND_LINE + "..", JSON + "..", JMH + "..")
                .check(CLASSES);
    }

    @Test
    void noRoomImportsTheCommandsAndOnlyTheyReadTheCommandLine() {
        noClasses()
                .that()
                .resideInAPackage("kvbench.*..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("kvbench", COMMAND_LINE + "..")
                .check(CLASSES);
    }

    @Test
    void roomsHaveNoCycles() {
        slices().matching("kvbench.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheBindingsTouchTheLinker() {
        noClasses()
                .that()
                .resideOutsideOfPackages("kvbench.ort..", "kvbench.gpu..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.lang\\.foreign\\.(Linker|SymbolLookup|FunctionDescriptor)(\\$.*)?")
                .check(CLASSES);
    }

    @Test
    void aReportTouchesNoNative() {
        noClasses()
                .that()
                .resideInAPackage("kvbench.report..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("kvbench.ort..", "kvbench.gpu..", "java.lang.foreign..")
                .check(CLASSES);
    }

    @Test
    void onlyTheStatisticsUseCommonsMath() {
        noClasses()
                .that()
                .resideOutsideOfPackage("kvbench.stats..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(COMMONS_MATH + "..")
                .check(CLASSES);
    }

    /**
     * Beside constants, which the compiler copies: the log whose head a run's folder begins with.
     */
    @Test
    void theSuiteNeedsNoBenchmarkToBeLoaded() {
        noClasses()
                .that()
                .resideInAPackage("kvbench.suite..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("kvbench.bench..").and(not(belongToAnyOf(TurnLog.class))))
                .check(CLASSES);
    }
}
