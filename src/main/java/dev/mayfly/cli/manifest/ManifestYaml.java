package dev.mayfly.cli.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator.Feature;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import com.google.re2j.Pattern;
import java.util.LinkedHashMap;
import java.util.Map;

/** Manifests as YAML that every parser reads alike. */
public final class ManifestYaml {
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .disable(Feature.WRITE_DOC_START_MARKER)
            .disable(Feature.SPLIT_LINES)
            .enable(Feature.MINIMIZE_QUOTES)
            .enable(Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .stringQuotingChecker(new Quotes())
            .build());

    private ManifestYaml() {}

    /** One resource of Mayfly's API. */
    public static Map<String, Object> resource(String kind, String name, Map<String, Object> spec) {
        var resource = new LinkedHashMap<String, Object>();
        resource.put("apiVersion", "mayfly.dev/v1alpha1");
        resource.put("kind", kind);
        resource.put("metadata", Map.of("name", name));
        resource.put("spec", spec);
        return resource;
    }

    /** One document, without the line that separates it from others. */
    public static String text(Map<String, Object> resource) {
        try {
            return YAML.writeValueAsString(resource);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code $(} starts a reference in a manifest but is plain text in a container. */
    public static String escaped(String text) {
        return text.replace("$(", "$$(");
    }

    /** Quotes every value that some YAML parser might not read as text, such as 1e3, 12:30 or no. */
    private static final class Quotes extends StringQuotingChecker.Default {
        private static final long serialVersionUID = 1L;
        private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9._/@:-]*[A-Za-z0-9]");

        @Override
        public boolean needToQuoteValue(String value) {
            return !PLAIN.matcher(value).matches() || super.needToQuoteValue(value);
        }
    }
}
