package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;

/** Labels and annotations of the containers. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.labels) || self.labels.all(k, !k.startsWith('mayfly.dev/'))",
        message = "labels that begin with mayfly.dev/ are set by Mayfly itself: use a prefix of your own",
        fieldPath = ".labels")
@ValidationRule(
        value = "!has(self.annotations) || self.annotations.all(k, !k.startsWith('mayfly.dev/'))",
        message = "annotations that begin with mayfly.dev/ are set by Mayfly itself: use a prefix of your own",
        fieldPath = ".annotations")
public record TemplateMetadata(
        @JsonPropertyDescription("Labels of each container. The prefix mayfly.dev/ is reserved. Default: none.")
        @Size(max = 64)
        Map<String, @Size(max = 1024) String> labels,

        @JsonPropertyDescription("Annotations of each container; on an engine they become container labels. The prefix"
                + " mayfly.dev/ is reserved. Default: none.")
        @Size(max = 64)
        Map<String, @Size(max = 16384) String> annotations) {}
