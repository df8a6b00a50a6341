package dev.mayfly.scanner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.scanner.ScanFormat.Finding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The findings that count in the output of a scanner. */
class ScanFormatTest {
    private static final Path DOCUMENTS = Path.of("src/test/resources/scanners");

    @Test
    void sarifAsTrivyWritesIt() throws IOException {
        assertThat(ScanFormat.SARIF.findings(Files.newInputStream(DOCUMENTS.resolve("trivy.sarif"))))
                .containsExactly(new Finding("CVE-2022-37434", "error"), new Finding("CVE-2023-42366", "warning"));
    }

    @Test
    void cycloneDxAsTrivyWritesIt() throws IOException {
        assertThat(ScanFormat.CYCLONEDX.findings(Files.newInputStream(DOCUMENTS.resolve("trivy.cdx.json"))))
                .as("the worst rating counts, and what is analysed as not affecting does not")
                .containsExactly(new Finding("CVE-2022-37434", "critical"), new Finding("CVE-2023-42366", "medium"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "nothing",
            value = {
                "{'ruleId':'A'}                                       | warning",
                "{'ruleId':'A','level':'note'}                        | note",
                "{'ruleId':'R'}                                       | error",
                "{'ruleIndex':0}                                      | error",
                "{'ruleId':'A','level':'unheard-of'}                  | error",
                "{'ruleId':'A','level':'none','kind':'pass'}          | nothing",
                "{'ruleId':'A','level':'error','suppressions':[{}]}   | nothing",
                "{'ruleId':'A','level':'error','suppressions':[]}     | error",
            })
    void levelsOfSarif(String result, String level) throws IOException {
        var log = "{'version':'2.1.0','runs':[{'tool':{'driver':{'rules':[{'id':'R','defaultConfiguration':"
                + "{'level':'error'}}]}},'results':[" + result + "]}]}";

        assertThat(findings(ScanFormat.SARIF, log).stream().map(Finding::level))
                .isEqualTo(level == null ? List.of() : List.of(level));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SARIF     | {'version':'2.1.0','runs':[]}                                       | no SARIF 2 log",
                "SARIF     | {}                                                                  | no SARIF 2 log",
                "SARIF     | {'version':'2.1.0','runs':[{'tool':{}}]}                            | nothing was scanned",
                "SARIF     | {'version':'2.1.0','runs':[{'results':[],'invocations':[{'executionSuccessful':false}]}]} | did not succeed",
                "SARIF     | Usage: trivy [global flags]                                         | Unrecognized token",
                "SARIF     | {'version':'2.1.0','runs':[{'results':[]}]} {}                      | Trailing token",
                "CYCLONEDX | {'spdxVersion':'SPDX-2.3'}                                          | no CycloneDX document",
                "CYCLONEDX | {'bomFormat':'CycloneDX','components':[]}                           | no list of vulnerabilities",
                "CYCLONEDX | <bom/>                                                              | Unexpected character",
            })
    void aDocumentWithoutResultsIsNotAPass(ScanFormat format, String document, String why) {
        assertThatThrownBy(() -> findings(format, document))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    @Test
    void severitiesOfCycloneDx() throws IOException {
        Map.of(
                        "'ratings':[]", "medium",
                        "'ratings':[{'severity':'unknown'}]", "medium",
                        "'ratings':[{'severity':'low'},{'score':9}]", "low",
                        "'ratings':[{'severity':'low'},{'severity':'high'}]", "high")
                .forEach((ratings, severity) -> assertThat(severities(ratings)).containsExactly(severity));
    }

    private static List<String> severities(String ratings) {
        try {
            return findings(ScanFormat.CYCLONEDX, "{'bomFormat':'CycloneDX','vulnerabilities':[{" + ratings + "}]}")
                    .stream()
                    .map(Finding::level)
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<Finding> findings(ScanFormat format, String document) throws IOException {
        return format.findings(
                new ByteArrayInputStream(document.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }
}
