package kvbench.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.document.TextPage;
import kvbench.model.InputException;
import kvbench.report.Report;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class OutcomesTest {
    private static final Outcomes OUTCOMES =
            new Outcomes(
                    List.of(
                            new FailedArm(
                                    "a.B.c", Map.of("strategy", "static"), 2, 3, 4, "no memory")),
                    List.of(new UnfinishedArm("a.B.e", Map.of("depth", "9"), 1, 4)),
                    List.of(new VetoedArm("a.B.d", Map.of("depth", "2048"), "too long")));

    @TempDir Path run;

    @Test
    void whatWasWrittenIsRead() throws IOException {
        Files.write(run.resolve(Outcomes.FILE_NAME), OUTCOMES.toJson());
        assertEquals(OUTCOMES, Outcomes.beside(run.resolve("results.json")));
    }

    @Test
    void aRunWithoutTheFileHadNone() {
        assertEquals(Outcomes.none(), Outcomes.beside(run.resolve("results.json")));
    }

    @Test
    void theReportOfARunShowsThem() throws IOException {
        Files.writeString(run.resolve("results.json"), "[]");
        Files.write(run.resolve(Outcomes.FILE_NAME), OUTCOMES.toJson());
        String text = TextPage.full(Report.of(Run.read(run)));
        assertTrue(text.contains("Without a result: 1 failed, 1 to come, 1 not run"), text);
        assertTrue(text.contains("no memory") && text.contains("too long"), text);
    }

    @Test
    void aBrokenFileIsRefused() throws IOException {
        Files.writeString(run.resolve(Outcomes.FILE_NAME), "{\"failed\": []}");
        String message =
                assertThrows(
                                InputException.class,
                                () -> Outcomes.beside(run.resolve("results.json")))
                        .getMessage();
        assertTrue(
                message.startsWith(
                        run.resolve(Outcomes.FILE_NAME)
                                + ": expected the arms without a result as this suite writes them,"
                                + " found "),
                message);
        assertTrue(message.endsWith(" Remove the file to see the rest."), message);
    }
}
