package dev.mayfly.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** Keeps N replicas of one container template running, each with a file system that is thrown away with it. */
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
@AdditionalPrinterColumn(name = "IMAGE", jsonPath = ".spec.template.image")
@AdditionalPrinterColumn(name = "RUNTIME", jsonPath = ".status.runtime")
@AdditionalPrinterColumn(
        name = "AGE",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "DIGEST", jsonPath = ".status.image.digest", priority = 1)
@AdditionalPrinterColumn(
        name = "RESTARTS",
        jsonPath = ".status.restarts",
        type = AdditionalPrinterColumn.Type.INTEGER,
        priority = 1)
@AdditionalPrinterColumn(name = "REASON", jsonPath = ".status.conditions[?(@.type==\"Degraded\")].reason", priority = 1)
public class EphemeralWorkload extends CustomResource<EphemeralWorkloadSpec, EphemeralWorkloadStatus>
        implements Namespaced {
    static final String DESCRIPTION =
            "EphemeralWorkload keeps a number of replicas of one container template running on a"
                    + " container engine. Each replica's file system is thrown away with it.";

    private static final long serialVersionUID = 1L;
}
