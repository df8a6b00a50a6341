package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Which images of which namespaces a policy is about: those that match one of images and one of namespaces. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.images) || self.images.all(i, " + ImageGlob.IN_FULL + ")",
        message = "match.images takes names in full: docker.io/library/busybox for busybox, ** for all images",
        fieldPath = ".images")
@ValidationRule(
        value = "!has(self.images) || self.images.all(i, " + ImageGlob.NO_TAG + ")",
        message = "match.images takes names without tag and digest: remove what follows the ':' or '@'",
        fieldPath = ".images")
public record ImageMatch(
        @JsonPropertyDescription(
                "Globs of image names in full, with registry and without tag and digest, such as docker.io/library/busybox:"
                        + " * stands for any text without '/', ** for any text, ? for one character. An image is matched by"
                        + " the name in the workload and by each name that it has on the engine. Default: all images.")
        @Size(max = 32)
        List<@Size(min = 1, max = 256) String> images,

        @JsonPropertyDescription(
                "Globs of the namespaces of the workloads, such as team-*: * stands for any text. Default: all namespaces.")
        @Size(max = 32)
        List<@Size(min = 1, max = 63) String> namespaces) {}
