package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.mayfly.api.v1alpha1.ImagePolicySpec.ImageGlob;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;

/** When images go that Mayfly pulled and nobody uses, the least recently used first. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "self.lowThresholdPercent <= self.highThresholdPercent",
        message = "lowThresholdPercent must not be above highThresholdPercent, because collection stops at the low one:"
                + " change one",
        fieldPath = ".lowThresholdPercent")
@ValidationRule(
        value = "!has(self.exclude) || self.exclude.all(i, (" + ImageGlob.IN_FULL + ") && " + ImageGlob.NO_TAG + ")",
        message = "retention.exclude takes names in full, without tag and digest, such as docker.io/library/busybox:"
                + " correct those that are not",
        fieldPath = ".exclude")
public record ImageRetention(
        @JsonPropertyDescription(
                "Percentage of the engine's disk at which collection begins. Default 85, as the kubelet's.")
        @Default("85")
        @Min(0)
        @Max(100)
        Integer highThresholdPercent,

        @JsonPropertyDescription(
                "Percentage of the engine's disk at which collection ends. Default 80, as the kubelet's.")
        @Default("80")
        @Min(0)
        @Max(100)
        Integer lowThresholdPercent,

        @JsonPropertyDescription(
                "Largest size of all images together that Mayfly pulled and the policy matches, layers that several share"
                        + " counted once, such as 20Gi; above it collection begins, whatever the disk says, and ends as"
                        + " soon as it is kept. Default: none.")
        Quantity maximumBytes,

        @JsonPropertyDescription("Seconds for which an image stays after its last use, at least. Default 120.")
        @Default("120")
        @Min(0)
        @Max(315_360_000)
        Integer minimumAgeSeconds,

        @JsonPropertyDescription("How many of the images of each repository stay that were pulled last. Default 2.")
        @Default("2")
        @Min(0)
        @Max(100)
        Integer keepLast,

        @JsonPropertyDescription(
                "Globs of image names in full, with registry and without tag, that never go, such as docker.io/library/**."
                        + " Default: none.")
        @Size(max = 32)
        List<@Size(min = 1, max = 256) String> exclude,

        @JsonPropertyDescription("True: nothing goes; status.reclaimable lists what would. Default false.")
        @Default("false")
        Boolean dryRun) {}
