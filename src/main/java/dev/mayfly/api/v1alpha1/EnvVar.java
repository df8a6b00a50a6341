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
        @JsonPropertyDescription(
                "Name of the variable, 1 to 256 characters. Names that begin with MAYFLY_ are set by Mayfly"
                        + " itself.")
        @Required
        @Size(min = 1, max = 256)
        @Pattern("^[^=\\s[:cntrl:]]+$")
        String name,

        @JsonPropertyDescription(
                "Value of the variable, at most 32768 characters. $(NAME) is replaced by the value of an"
                        + " earlier variable NAME, $$(NAME) by the text $(NAME). Excludes valueFrom. Default: empty.")
        @Size(max = 32768)
        String value,

        @JsonPropertyDescription("Where the value comes from. Excludes value. Default: the value in value.")
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
            @JsonPropertyDescription("Text that is put before each key, at most 128 characters. Default: none.")
            @Size(max = 128)
            @Pattern("^[^=\\s[:cntrl:]]*$")
            String prefix,

            @JsonPropertyDescription("The ConfigMap whose keys become variables. Excludes secretRef.")
            ObjectSelector configMapRef,

            @JsonPropertyDescription(
                    "The Secret whose keys become variables. Excludes configMapRef. Docker only: docker inspect"
                            + " and the engine's own files show the values in clear text; mount the Secret as a volume to"
                            + " avoid that.")
            ObjectSelector secretRef) {}

    /** The source of a variable's value: exactly one of these. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "[has(self.secretKeyRef), has(self.configMapKeyRef), has(self.fieldRef)].filter(s, s).size() == 1",
            message = "valueFrom needs exactly one of secretKeyRef, configMapKeyRef and fieldRef")
    public record EnvVarSource(
            @JsonPropertyDescription(
                    "A key of a Secret. Docker only: docker inspect and the engine's own files show the value in"
                            + " clear text; mount the Secret as a volume to avoid that.")
            KeySelector secretKeyRef,

            @JsonPropertyDescription("A key of a ConfigMap.")
            KeySelector configMapKeyRef,

            @JsonPropertyDescription("A field of the replica itself.")
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
                    "metadata.name: the replica's name, such as web-3. metadata.namespace and metadata.uid: those"
                            + " of the workload or task. metadata.labels['mayfly.dev/slot']: the number of the replica's"
                            + " slot.")
            @Required
            @Size(min = 1, max = 64)
            String fieldPath) {}

    /** One key of a ConfigMap or Secret of the workload's namespace. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record KeySelector(
            @JsonPropertyDescription("Name of the ConfigMap or Secret, in the namespace of the workload or task.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
            String name,

            @JsonPropertyDescription("The key whose value is used.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[-._a-zA-Z0-9]+$")
            String key,

            @JsonPropertyDescription(
                    "true: if the object or the key is missing, the variable is not set. false: nothing starts"
                            + " until both exist. Default false.")
            Boolean optional) {}

    /** A ConfigMap or Secret of the workload's namespace. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ObjectSelector(
            @JsonPropertyDescription("Name of the ConfigMap or Secret, in the namespace of the workload or task.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
            String name,

            @JsonPropertyDescription(
                    "true: the object may be missing, and sets no variables then. false: nothing starts until it"
                            + " exists. Default false.")
            Boolean optional) {}
}
