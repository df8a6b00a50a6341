package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** One environment variable. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!self.name.startsWith('MAYFLY_')",
        message = "environment variables that begin with MAYFLY_ are set by Mayfly itself: use another name",
        fieldPath = ".name")
@ValidationRule(
        value = "!has(self.value) || !self.value.contains('\\x00')",
        message = "the value of an environment variable can't contain the character NUL: remove it",
        fieldPath = ".value")
@ValidationRule(
        value = "!has(self.value) || self.value == '' || !has(self.valueFrom)",
        message = "value and valueFrom exclude each other: remove one of them")
public record EnvVar(
        @JsonPropertyDescription("Name of the variable. Names that begin with MAYFLY_ are set by Mayfly itself.")
        @Required
        @Size(min = 1, max = 256)
        @Pattern("^[^=\\s[:cntrl:]]+$")
        String name,

        @JsonPropertyDescription(
                "Its value. $(NAME) stands for the value of an earlier variable NAME, $$(NAME) for the text"
                        + " $(NAME). Default: empty.")
        @Size(max = 32768)
        String value,

        @JsonPropertyDescription("Takes the value from elsewhere; excludes value.")
        EnvVarSource valueFrom) {

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

    /** The source of a variable's value: exactly one of these. */
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

            @JsonPropertyDescription("A key of a ConfigMap.")
            KeySelector configMapKeyRef,

            @JsonPropertyDescription("A fact about the replica.")
            FieldSelector fieldRef) {}

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

    /** One key of a ConfigMap or Secret of the workload's namespace. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record KeySelector(
            @JsonPropertyDescription("Name of the ConfigMap or Secret.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
            String name,

            @JsonPropertyDescription("Key whose value is taken.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[-._a-zA-Z0-9]+$")
            String key,

            @JsonPropertyDescription("true: where object or key are missing, the variable is not set. Default false.")
            Boolean optional) {}

    /** A ConfigMap or Secret of the workload's namespace. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ObjectSelector(
            @JsonPropertyDescription("Name of the ConfigMap or Secret.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
            String name,

            @JsonPropertyDescription("true: it may be missing. Default false.")
            Boolean optional) {}
}
