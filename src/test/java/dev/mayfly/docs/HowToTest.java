package dev.mayfly.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page of tasks and its end-to-end test speak of the same tasks. */
class HowToTest {

    @Test
    void everyRowOfTheTableIsATaskWithOneCommand() {
        var rows = Sources.text(Path.of("docs/how-to.md")).lines().filter(line -> line.startsWith("| "));

        assertThat(HowTo.commands()).hasSizeGreaterThanOrEqualTo(15).hasSize((int) rows.count() - 1);
    }

    @Test
    void everyTaskIsTried() {
        var test = Sources.text(Path.of("src/test/java/dev/mayfly/e2e/node/HowToIT.java"));

        assertThat(HowTo.commands().keySet())
                .allSatisfy(task -> assertThat(test).contains('"' + task + '"'));
    }

    @Test
    void aBarInACommandIsReadAsTheShellWantsIt() {
        assertThat(HowTo.commands().get("Run a Compose file")).contains(" | kubectl apply ");
    }
}
