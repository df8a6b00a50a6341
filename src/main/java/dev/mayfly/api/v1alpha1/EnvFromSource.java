package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** All keys of a ConfigMap or Secret as variables. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "[has(self.configMapRef), has(self.secretRef)].filter(s, s).size() == 1",
        message = "each of envFrom needs exactly one of configMapRef and secretRef")
@ValidationRule(
        value = "!has(self.prefix) || !self.prefix.startsWith('MAYFLY_')",
        message = "environment variables that begin with MAYFLY_ are set by Mayfly itself: use another prefix",
        fieldPath = ".prefix")
public record EnvFromSource(
        @JsonPropertyDescription("Text put before each key. Default: none.")
        @Size(max = 128)
        @Pattern("^[^=\\s[:cntrl:]]*$")
        String prefix,

        @JsonPropertyDescription("A ConfigMap.") ObjectSelector configMapRef,

        @JsonPropertyDescription(
                "A Secret. The values stand in clear text in the engine's own files and in docker inspect: a secret volume"
                        + " is the safe way.")
        ObjectSelector secretRef) {}
