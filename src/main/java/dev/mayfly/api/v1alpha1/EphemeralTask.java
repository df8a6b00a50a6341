package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** Runs a container template to completion: what {@code docker run --rm} is for. */
@JsonDeserialize // else it inherits KubernetesResource's, which reads kinds that it does not know as generic ones
@Group("mayfly.dev")
@Version("v1alpha1")
@Kind("EphemeralTask")
@Singular("ephemeraltask")
@Plural("ephemeraltasks")
@ShortNames("et")
@Categories({"all", "mayfly"})
@ValidationRule(
        value = "self.metadata.name.size() <= 50",
        message = "metadata.name may have at most 50 characters, because container names and host names are made from"
                + " it: choose a shorter name, or a generateName of at most 45, to which five are added")
@ValidationRule(
        value = "self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
        message = "metadata.name must consist of lower-case letters, digits and '-', and begin and end with a letter or"
                + " digit, because it becomes a host name: replace other characters, such as '.', by '-'")
@AdditionalPrinterColumn(name = "COMPLETE", jsonPath = ".status.succeeded", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "OF", jsonPath = ".spec.completions", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "ACTIVE", jsonPath = ".status.active", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "FAILED", jsonPath = ".status.failed", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "REASON", jsonPath = ".status.conditions[?(@.type==\"Complete\")].reason")
@AdditionalPrinterColumn(
        name = "AGE",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "IMAGE", jsonPath = ".spec.template.image", priority = 1)
@AdditionalPrinterColumn(name = "RUNTIME", jsonPath = ".status.runtime", priority = 1)
@AdditionalPrinterColumn(
        name = "STARTED",
        jsonPath = ".status.startTime",
        type = AdditionalPrinterColumn.Type.DATE,
        priority = 1)
@AdditionalPrinterColumn(
        name = "FINISHED",
        jsonPath = ".status.completionTime",
        type = AdditionalPrinterColumn.Type.DATE,
        priority = 1)
public non-sealed class EphemeralTask extends CustomResource<EphemeralTaskSpec, EphemeralTaskStatus>
        implements Namespaced, Templated {
    static final String DESCRIPTION =
            "EphemeralTask runs one container template to completion, once or once for each of a"
                    + " number of indexes, and leaves nothing but its results.";

    private static final long serialVersionUID = 1L;

    @JsonSetter("metadata")
    void readMetadata(ObjectMeta read) {
        setMetadata(KeptMetadata.of(read));
    }

    @Override
    public String startedRuntime() {
        return status == null ? null : status.runtime();
    }
}
