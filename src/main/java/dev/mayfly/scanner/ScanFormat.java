package dev.mayfly.scanner;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The output format of a scanner. */
public enum ScanFormat {
    /** SARIF 2.1.0 with the levels of its section 3.27.10. */
    SARIF("sarif", List.of("none", "note", "warning", "error"), "error") {
        @Override
        List<Finding> findings(InputStream document) throws IOException {
            return JSON.readValue(document, SarifLog.class).findings();
        }
    },
    /** CycloneDX in JSON with vulnerabilities, and the severities of their ratings. */
    CYCLONEDX("cyclonedx", List.of("none", "info", "low", "medium", "high", "critical"), "high") {
        @Override
        List<Finding> findings(InputStream document) throws IOException {
            return JSON.readValue(document, CycloneDxBom.class).findings();
        }
    },
    /** Any output: only the exit code counts, 0 is a pass. */
    EXIT_CODE("exit-code", List.of(), "") {
        @Override
        List<Finding> findings(InputStream document) {
            return List.of();
        }
    };

    /** Skips unknown fields, so that a document takes no more memory than its findings. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String word;
    private final List<String> levels;
    private final String threshold;

    ScanFormat(String word, List<String> levels, String threshold) {
        this.word = word;
        this.levels = levels;
        this.threshold = threshold;
    }

    /** @param rule the scanner's name for the finding @param level one of the format's levels */
    record Finding(String rule, String level) {}

    /** @throws IllegalArgumentException if there is no format of that name */
    public static ScanFormat of(String word) {
        return Arrays.stream(values())
                .filter(format -> format.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("mayfly.images.scanners: format " + word
                        + " is none of "
                        + Arrays.stream(values()).map(format -> format.word).collect(Collectors.joining(", "))));
    }

    /** Levels from the lowest to the highest; empty if the format has none. */
    public List<String> levels() {
        return levels;
    }

    /** The default threshold: the lowest level that fails an image. Empty if the format has no levels. */
    public String threshold() {
        return threshold;
    }

    /** @throws IOException with the reason, if the document is not of this format */
    abstract List<Finding> findings(InputStream document) throws IOException;
}
