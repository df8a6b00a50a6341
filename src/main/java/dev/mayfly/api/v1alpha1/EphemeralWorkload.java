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

/** Keeps N replicas of one container template running, each with a file system that is thrown away with it. */
@JsonDeserialize // else it inherits KubernetesResource's, which reads kinds that it does not know as generic ones
@Group("mayfly.dev")
@Version("v1alpha1")
@Kind("EphemeralWorkload")
@Singular("ephemeralworkload")
@Plural("ephemeralworkloads")
@ShortNames("ew")
@Categories({"all", "mayfly"})
@ValidationRule(
        value = "self.metadata.name.size() <= 50",
        message = "metadata.name may have at most 50 characters, because container names and host names are made from"
                + " it: choose a shorter name")
@ValidationRule(
        value = "self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
        message = "metadata.name must consist of lower-case letters, digits and '-', and begin and end with a letter or"
                + " digit, because it becomes a host name: replace other characters, such as '.', by '-'")
@ValidationRule(
        value = "!has(self.spec.scaleDown) || ["
                + "!has(self.spec.scaleDown.removeFirst) ? [] : self.spec.scaleDown.removeFirst,"
                + " !has(self.spec.scaleDown.removeLast) ? [] : self.spec.scaleDown.removeLast,"
                + " !has(self.spec.scaleDown.costs) ? [] : self.spec.scaleDown.costs.map(c, c.replica)].all(names,"
                + " names.all(r, r.matches('-(0|[1-9][0-9]{0,5})$') &&"
                + " r.substring(0, r.lastIndexOf('-')) == self.metadata.name))",
        messageExpression =
                "'scaleDown.removeFirst, removeLast and costs take names of replicas of this workload; they are called ' +"
                        + " self.metadata.name + '-0, ' + self.metadata.name + '-1 and so on: correct or remove the others'",
        message =
                "scaleDown.removeFirst, removeLast and costs take names of replicas of this workload, which are made of"
                        + " metadata.name, '-' and a number: correct or remove the others",
        fieldPath = ".spec.scaleDown")
@AdditionalPrinterColumn(name = "DESIRED", jsonPath = ".spec.replicas", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "READY",
        jsonPath = ".status.readyReplicas",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "UP-TO-DATE",
        jsonPath = ".status.updatedReplicas",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "AVAILABLE",
        jsonPath = ".status.availableReplicas",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "DIRTY",
        jsonPath = ".status.ephemerality.dirtyReplicas",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "REASON", jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "IMAGE", jsonPath = ".spec.template.image")
@AdditionalPrinterColumn(
        name = "AGE",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "RUNTIME", jsonPath = ".status.runtime", priority = 1)
@AdditionalPrinterColumn(name = "DIGEST", jsonPath = ".status.image.digest", priority = 1)
@AdditionalPrinterColumn(
        name = "RESTARTS",
        jsonPath = ".status.restarts",
        type = AdditionalPrinterColumn.Type.INTEGER,
        priority = 1)
public non-sealed class EphemeralWorkload extends CustomResource<EphemeralWorkloadSpec, EphemeralWorkloadStatus>
        implements Namespaced, Templated {
    static final String DESCRIPTION =
            "EphemeralWorkload keeps a number of replicas of one container template running on a"
                    + " container engine. Each replica's file system is thrown away with it.";

    private static final long serialVersionUID = 1L;

    @JsonSetter("metadata")
    void readMetadata(ObjectMeta read) {
        setMetadata(KeptMetadata.of(read));
    }

    /** How many replicas are to serve now: none while it is at zero because nobody uses it. */
    public int wantedReplicas() {
        var idle = status != null && status.idleStartTime() != null;
        var given = spec == null ? null : spec.replicas();
        return idle ? 0 : given == null ? 1 : given;
    }

    @Override
    public String startedRuntime() {
        return status == null ? null : status.runtime();
    }
}
