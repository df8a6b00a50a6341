package dev.mayfly.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.ForeignInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Documents of scanners, which quote what they found in an image. */
class ScanFormatFuzzTest {

    @Property
    void everyDocumentIsReadOrRefused(@ForAll("documents") String document, @ForAll ScanFormat format)
            throws Exception {
        var bytes = document.getBytes(StandardCharsets.UTF_8);

        ForeignInput.assertSoon(() -> {
            try {
                for (var finding : format.findings(new ByteArrayInputStream(bytes))) {
                    assertThat(finding.rule()).isNotNull();
                    assertThat(format.levels()).contains(finding.level());
                }
            } catch (IOException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        });
    }

    @Provide
    static Arbitrary<String> documents() {
        var sarif = ForeignInput.json(
                List.of(
                        "tool",
                        "driver",
                        "rules",
                        "id",
                        "defaultConfiguration",
                        "level",
                        "invocations",
                        "executionSuccessful",
                        "results",
                        "ruleId",
                        "ruleIndex",
                        "kind",
                        "suppressions"),
                "\"error\"",
                "\"fail\"",
                "[null]",
                "[{}]",
                "1");
        var bom = ForeignInput.json(
                List.of("id", "ratings", "severity", "analysis", "state"),
                "\"high\"",
                "\"resolved\"",
                "[null]",
                "[{}]");
        return Arbitraries.frequencyOf(
                Tuple.of(3, sarif.map(run -> "{\"version\":\"2.1.0\",\"runs\":[" + run + "]}")),
                Tuple.of(3, bom.map(one -> "{\"bomFormat\":\"CycloneDX\",\"vulnerabilities\":[" + one + "]}")),
                Tuple.of(1, sarif),
                Tuple.of(1, Arbitraries.of("null", "", "[]", "{\"version\":\"2.1.0\",\"runs\":[null]}")));
    }
}
