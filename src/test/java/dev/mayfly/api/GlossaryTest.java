package dev.mayfly.api;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/reference/glossary.md} explains its words by those of the API. */
class GlossaryTest {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Map<String, String> OTHERS = Map.of(
            "Docker", "a runtime: spec.runtime takes the names of those that the operator has",
            "Pods", "a runtime as well",
            "VOLUME", "of a Dockerfile",
            "audit.jsonl", "a file of the operator",
            "web-3", "the name of a replica");

    private final List<CrdField> fields = CrdField.all();

    @Test
    void everyWordOfTheApiInItExists() throws IOException {
        var words = CODE.matcher(Files.readString(Path.of("docs/reference/glossary.md")))
                .results()
                .map(word -> word.group(1))
                .collect(toSet());

        assertThat(words).hasSizeGreaterThan(15);
        assertThat(words.stream().filter(word -> !isField(word) && !isKind(word) && !isWordOfAnEnum(word)))
                .as("apart from %s", OTHERS)
                .containsExactlyInAnyOrderElementsOf(OTHERS.keySet());
    }

    /** With the end of its path, and a word of its enum perhaps: {@code onWrite: Stop}. */
    private boolean isField(String word) {
        var parts = word.split(": ", 2);
        return fields.stream()
                .filter(field -> field.path().endsWith("." + parts[0]))
                .anyMatch(field -> parts.length == 1 || field.words().contains(parts[1]));
    }

    private static boolean isKind(String word) {
        return CrdField.crds().stream()
                .anyMatch(crd -> crd.getSpec().getNames().getKind().equals(word));
    }

    private boolean isWordOfAnEnum(String word) {
        return fields.stream().anyMatch(field -> field.words().contains(word));
    }
}
