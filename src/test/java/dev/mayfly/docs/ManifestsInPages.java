package dev.mayfly.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The manifests in the YAML blocks of the pages. */
final class ManifestsInPages {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private ManifestsInPages() {}

    /** @param json of one resource, complete */
    record Manifest(CodeBlock block, JsonNode json) {
        boolean isOurs() {
            return json.path("apiVersion").asText().equals("mayfly.dev/v1alpha1");
        }

        String kind() {
            return json.path("kind").asText();
        }

        @Override
        public String toString() {
            return block.toString();
        }
    }

    /** A block that shows only the {@code spec} is completed to a workload. */
    static Stream<Manifest> all() {
        return Pages.all()
                .flatMap(CodeBlock::of)
                .filter(CodeBlock::isYaml)
                .flatMap(
                        block -> documents(block.content()).stream().map(json -> new Manifest(block, completed(json))));
    }

    static List<JsonNode> documents(String yaml) {
        try (var read = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            var documents = new ArrayList<JsonNode>();
            read.forEachRemaining(documents::add);
            return documents;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode completed(JsonNode json) {
        if (json.has("apiVersion")) {
            return json;
        }
        var manifest = (ObjectNode) documents("""
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: web}
                """).getFirst();
        manifest.setAll((ObjectNode) json);
        var template = ((ObjectNode) manifest.required("spec")).withObjectProperty("template");
        if (!template.has("image")) {
            template.put("image", "busybox:1.36");
        }
        return manifest;
    }
}
