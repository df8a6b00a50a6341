package dev.mayfly.runtime.scanner;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What a scanner prints. */
public enum ScanFormat {
    /** SARIF 2.1.0, with the levels of its section 3.27.10. */
    SARIF("sarif", List.of("none", "note", "warning", "error"), "error") {
        @Override
        List<Finding> findings(InputStream document) throws IOException {
            return JSON.readValue(document, SarifLog.class).findings();
        }
    },
    /** CycloneDX in JSON with vulnerabilities, with the severities of its ratings. */
    CYCLONEDX("cyclonedx", List.of("none", "info", "low", "medium", "high", "critical"), "high") {
        @Override
        List<Finding> findings(InputStream document) throws IOException {
            return JSON.readValue(document, CycloneDxBom.class).findings();
        }
    },
    /** Anything: what counts is whether it ends with 0. */
    EXIT_CODE("exit-code", List.of(), "") {
        @Override
        List<Finding> findings(InputStream document) {
            return List.of();
        }
    };

    /** Reads past what it has no field for, so that a document costs no more memory than its findings. */
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

    /** @param level one of the format's levels @param rule what was found, as the scanner calls it */
    record Finding(String rule, String level) {}

    /** @throws IllegalArgumentException where no format is called so */
    public static ScanFormat of(String word) {
        return Arrays.stream(values())
                .filter(format -> format.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("mayfly.images.scanners: format " + word
                        + " is none of "
                        + Arrays.stream(values()).map(format -> format.word).collect(Collectors.joining(", "))));
    }

    /** From the least; empty where it has none. */
    public List<String> levels() {
        return levels;
    }

    /** The least level that counts where nobody says otherwise. */
    public String threshold() {
        return threshold;
    }

    /** @throws IOException where the document is not of this format, with what is wrong */
    abstract List<Finding> findings(InputStream document) throws IOException;
}
