package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A fact about the replica itself. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "self.fieldPath in ['metadata.name', 'metadata.namespace', 'metadata.uid',"
                + " \"metadata.labels['mayfly.dev/slot']\"]",
        message = "fieldRef.fieldPath must be metadata.name, metadata.namespace, metadata.uid or"
                + " metadata.labels['mayfly.dev/slot']",
        fieldPath = ".fieldPath")
public record FieldSelector(
        @JsonPropertyDescription(
                "metadata.name: the replica's name, such as web-3. metadata.namespace and metadata.uid: the workload's."
                        + " metadata.labels['mayfly.dev/slot']: the replica's slot, a number.")
        @Required
        @Size(min = 1, max = 64)
        String fieldPath) {}
