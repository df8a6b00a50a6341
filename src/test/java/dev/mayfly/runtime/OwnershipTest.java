package dev.mayfly.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Template.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class OwnershipTest {
    private static final Pattern LABEL = Pattern.compile("PREFIX \\+ \"([a-z-]+)\"");

    @Test
    void whoseOutputIsShownStandsOnTheContainer() {
        for (var shown : Output.values()) {
            assertThat(Ownership.output(Ownership.labels(shown))).isEqualTo(shown);
        }
    }

    @Test
    void aContainerHasEveryLabelThatIsReadSoThatNoImageFillsAGap() throws IOException {
        var named = new TreeSet<String>();
        for (var file : List.of("Ownership", "ResourceOwnership")) {
            var source = Files.readString(Path.of("src/main/java/dev/mayfly/runtime/" + file + ".java"));
            LABEL.matcher(source).results().forEach(label -> named.add("mayfly.dev/" + label.group(1)));
        }

        assertThat(named).hasSizeGreaterThan(20);
        assertThat(Ownership.complete(Map.of())).containsOnlyKeys(named);
        assertThat(Ownership.complete(Map.of(Ownership.GRACE, "7"))).containsEntry(Ownership.GRACE, "7");
    }

    @Test
    void whatEarlierVersionsWroteIsStillUnderstood() {
        assertThat(Ownership.output(Map.of("mayfly.dev/logs-on-error", "true"))).isEqualTo(Output.OF_FAILURES);
        assertThat(Ownership.output(Map.of("mayfly.dev/logs-on-error", "perhaps")))
                .isEqualTo(Output.NONE);
    }
}
