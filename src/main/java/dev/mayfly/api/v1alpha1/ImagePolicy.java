package dev.mayfly.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** Which images may run here, which are kept warm, and when unused ones go. Cluster-scoped. */
@Group("mayfly.dev")
@Version("v1alpha1")
@Kind("ImagePolicy")
@Singular("imagepolicy")
@Plural("imagepolicies")
@ShortNames("imgpol") // "ip" is an IPAddress
@Categories("mayfly")
@ValidationRule(
        value = "self.metadata.name.size() <= 50",
        message = "metadata.name may have at most 50 characters, because messages name it: choose a shorter name")
@AdditionalPrinterColumn(name = "ACTION", jsonPath = ".spec.action")
@AdditionalPrinterColumn(name = "IMAGES", jsonPath = ".status.images", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "COMPLIANT",
        jsonPath = ".status.compliant",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "VIOLATIONS",
        jsonPath = ".status.violationCount",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "RECLAIMED", jsonPath = ".status.reclaimed.size")
@AdditionalPrinterColumn(
        name = "AGE",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class ImagePolicy extends CustomResource<ImagePolicySpec, ImagePolicyStatus> {
    static final String DESCRIPTION = "ImagePolicy says which images may run on the engine, which are kept there in"
            + " advance, and when those that Mayfly pulled and nobody uses go. Several may apply to one image: what any of"
            + " them forbids is forbidden.";

    private static final long serialVersionUID = 1L;
}
