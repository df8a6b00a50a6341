package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;

/** Where a variable's value comes from: exactly one of these. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "[has(self.secretKeyRef), has(self.configMapKeyRef), has(self.fieldRef)].filter(s, s).size() == 1",
        message = "valueFrom needs exactly one of secretKeyRef, configMapKeyRef and fieldRef")
public record EnvVarSource(
        @JsonPropertyDescription(
                "A key of a Secret. The value stands in clear text in the engine's own files and in docker inspect: a"
                        + " secret volume is the safe way.")
        KeySelector secretKeyRef,

        @JsonPropertyDescription("A key of a ConfigMap.") KeySelector configMapKeyRef,

        @JsonPropertyDescription("A fact about the replica.")
        FieldSelector fieldRef) {}
