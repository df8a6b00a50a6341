package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.app.RuntimeWiring.ConfiguredScanners;
import dev.mayfly.config.Configs;
import dev.mayfly.scanner.ScanFormat;
import dev.mayfly.scanner.Scanner;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Creates scanners from the configuration. The examples are those of the documentation. */
class ConfiguredScannersTest {

    @Test
    void theDocumentedExamplesAreAccepted() throws IOException {
        assertThat(scanners(documented()))
                .containsExactlyInAnyOrder(
                        scanner("trivy", ScanFormat.SARIF, "error", "trivy,image,--input,{archive},--format,sarif"),
                        scanner(
                                "trivy-severe",
                                ScanFormat.CYCLONEDX,
                                "critical",
                                "trivy,image,--input,{archive},--format,cyclonedx,--scanners,vuln"),
                        scanner(
                                "signed",
                                ScanFormat.EXIT_CODE,
                                "",
                                "cosign,verify,--key,/etc/mayfly/cosign.pub,{digest}"));
    }

    @Test
    void noScannerIsConfiguredByDefault() {
        assertThat(scanners(Map.of())).isEmpty();
    }

    @Test
    void anInvalidScannerStopsTheOperator() {
        assertThatThrownBy(() -> scanners(
                        Map.of("mayfly.images.scanners.a.command", "a", "mayfly.images.scanners.a.format", "html")))
                .hasMessageContaining("format html is none of sarif, cyclonedx, exit-code");
    }

    private static List<Scanner> scanners(Map<String, String> settings) {
        return ConfiguredScanners.of(Configs.of(settings).images().scanners());
    }

    private static Scanner scanner(String name, ScanFormat format, String threshold, String command) {
        return new Scanner(
                name,
                List.of(command.split(",")),
                format,
                threshold,
                Duration.ofMinutes(5),
                List.of(),
                Duration.ofDays(1));
    }

    private static Map<String, String> documented() throws IOException {
        var page = Files.readString(Path.of("docs/guides/policies.md"));
        var block = page.substring(page.indexOf("```properties") + "```properties".length());
        var read = new Properties();
        read.load(new StringReader(block.substring(0, block.indexOf("```"))));
        var settings = new TreeMap<String, String>();
        read.forEach((key, value) -> settings.put(key.toString(), value.toString()));
        return settings;
    }
}
