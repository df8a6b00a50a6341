package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docs/reference/api.md} is generated from the CRDs and checked in. */
class ApiPageTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final List<String> KINDS = List.of("ephemeralworkloads", "ephemeraltasks", "imagepolicies");

    @Test
    void theCheckedInPageEqualsARegeneration() throws IOException {
        var page = Path.of("docs", "reference", "api.md");
        var crds = new ArrayList<JsonNode>();
        for (var kind : KINDS) {
            crds.add(YAML.readTree(Path.of("crds", kind + ".mayfly.dev-v1.yml").toFile()));
        }
        var generated = ApiPage.generate(crds);
        if (Boolean.getBoolean("mayfly.regenerate")) {
            Files.writeString(page, generated);
        }
        assertThat(page)
                .as("run 'mvn test -Dtest=ApiPageTest -Dmayfly.regenerate=true' and commit the result")
                .hasContent(generated);
    }

    @Test
    void aFieldHasItsTypeDefaultRangeAndWords() throws IOException {
        var crd = YAML.readTree("""
                spec:
                  scope: Namespaced
                  names: {kind: Thing, shortNames: [th]}
                  versions:
                    - additionalPrinterColumns: [{name: SIZE, priority: 0}]
                      schema:
                        openAPIV3Schema:
                          description: A thing.
                          properties:
                            spec:
                              x-kubernetes-validations: [{rule: "true", message: "a | b"}]
                              properties:
                                size: {type: integer, default: 3, minimum: 1, maximum: 9.0, description: "How large, in m."}
                                parts:
                                  type: array
                                  items:
                                    type: object
                                    properties: {kind: {type: string, enum: [Small, Large]}}
                                rest:
                                  type: object
                                  properties: {kind: {type: string, enum: [Small, Large]}}
                """);

        assertThat(ApiPage.generate(List.of(crd)))
                .contains(
                        "Namespaced. Short names: `th`.",
                        "Columns of `kubectl get`: `SIZE`. With `-o wide` also: none.")
                .contains("| `size` | integer | `3` | How large, in m. 1 to 9. |")
                .contains("| `parts` | list of objects |  |  |")
                .contains("| `parts[].kind` | string |  | One of `Small`, `Large`. |")
                .contains("| `rest` | object |  | Fields as in `parts` of Thing spec. |")
                .doesNotContain("rest.kind")
                .contains("- a \\| b");
    }
}
