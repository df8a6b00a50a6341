package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/** The images that a policy applies to, and its rules. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.prePull) || self.prePull.all(i, i.matches(r'" + ImageReference.PATTERN + "'))",
        message =
                "prePull takes image references that an engine accepts: name, host/name or host:port/name, with :tag or"
                        + " @sha256:digest after it where wanted",
        fieldPath = ".prePull")
@ValidationRule(
        value = "has(self.require) || has(self.prePull) || has(self.retention)",
        message = "the policy asks for nothing: give require, prePull or retention")
public record ImagePolicySpec(
        @JsonPropertyDescription("Which images of which namespaces the policy is about. Default: all.")
        ImageMatch match,

        @JsonPropertyDescription(
                "Enforce: nothing is started from an image that breaks a rule; what runs already runs on and is reported."
                        + " Audit: it is reported. Default Enforce.")
        @Default("Enforce")
        Action action,

        @JsonPropertyDescription("The rules. Default: none.")
        ImageRequirements require,

        @JsonPropertyDescription("Images that are pulled in advance and never collected. Default: none.")
        @Size(max = 32)
        List<@Size(min = 1, max = 1024) String> prePull,

        @JsonPropertyDescription(
                "When images go that Mayfly pulled and nobody uses, in whatever namespace that was. Where several policies"
                        + " with retention match an image, each of them must let it go. Default: the policy has no say, and"
                        + " an image that none has a say in stays.")
        ImageRetention retention) {

    /** The consequence of a violation. */
    public enum Action {
        Enforce,
        Audit
    }

    /** Validation of a glob {@code i} of image names, in CEL: other globs would match nothing, and nobody would notice. */
    static final class ImageGlob {
        /** Full names have a registry. */
        static final String IN_FULL = "i.contains('/') || i.startsWith('**')";

        /** A port may stand before the first slash, a tag only after the last. */
        static final String NO_TAG = "!i.contains('@') && !i.matches(':[^/]*$')";

        private ImageGlob() {}
    }

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

    /** The rules for an image; one that is not given asks for nothing. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.minimumAgeSeconds) || !has(self.maximumAgeSeconds) ||"
                    + " self.minimumAgeSeconds <= self.maximumAgeSeconds",
            message =
                    "minimumAgeSeconds must not be above maximumAgeSeconds, because no image could be right: change one",
            fieldPath = ".minimumAgeSeconds")
    @ValidationRule(
            value = "!has(self.registries) || self.registries.all(i, " + ImageGlob.IN_FULL + ")",
            message =
                    "require.registries takes names in full: registry.example.com/** for all that is in that registry,"
                            + " docker.io/library/busybox for busybox",
            fieldPath = ".registries")
    @ValidationRule(
            value = "!has(self.registries) || self.registries.all(i, " + ImageGlob.NO_TAG + ")",
            message = "require.registries takes names without tag and digest: remove what follows the ':' or '@'",
            fieldPath = ".registries")
    @ValidationRule(
            value = "!has(self.labels) || self.labels.all(k, k.size() > 0 && k.size() <= 256)",
            message = "the name of a label in require.labels must have 1 to 256 characters: correct it",
            fieldPath = ".labels")
    public record ImageRequirements(
            @JsonPropertyDescription(
                    "Globs of registries and repositories that the image must have come from, such as docker.io/library/* or"
                            + " registry.example.com/**: it must have a digest from there. An image that is named by its id, or"
                            + " that was only tagged so on the engine, came from none. Default: any.")
            @Size(max = 32)
            List<@Size(min = 1, max = 256) String> registries,

            @JsonPropertyDescription("True: the workload must name the image by its digest. Default false.")
            @Default("false")
            Boolean digest,

            @JsonPropertyDescription(
                    "Seconds since the image was made, at least. An image of 1970 or of no date has an unknown age, and breaks"
                            + " the rule. Default: none.")
            @Min(0)
            @Max(315_360_000)
            Integer minimumAgeSeconds,

            @JsonPropertyDescription(
                    "Seconds since the image was made, at most. An unknown age breaks the rule. Default: none.")
            @Min(0)
            @Max(315_360_000)
            Integer maximumAgeSeconds,

            @JsonPropertyDescription("Largest size of the image, such as 500Mi. Default: any.")
            Quantity maximumSize,

            @JsonPropertyDescription(
                    "True: its processes must not run as root: the image's USER, or securityContext.runAsUser where that is"
                            + " given, is a user other than root. Default false.")
            @Default("false")
            Boolean nonRoot,

            @JsonPropertyDescription(
                    "Labels that the image must have; the values are globs, * stands for any text. Default: none.")
            @Size(max = 32)
            Map<String, @Size(max = 256) String> labels,

            @JsonPropertyDescription("True: it must have no file with the setuid or setgid bit. Default false.")
            @Default("false")
            Boolean noSetuid,

            @JsonPropertyDescription(
                    "True: neither its environment nor its history may hold what looks like a password, a token or a private"
                            + " key. Default true.")
            @Default("true")
            Boolean noSecretsInEnv,

            @JsonPropertyDescription(
                    "True: the workload must mount a volume or scratch at each VOLUME that the image declares. Default false.")
            @Default("false")
            Boolean noUncoveredVolumes) {}

    /** When images go that Mayfly pulled and nobody uses, the least recently used first. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "self.lowThresholdPercent <= self.highThresholdPercent",
            message =
                    "lowThresholdPercent must not be above highThresholdPercent, because collection stops at the low one:"
                            + " change one",
            fieldPath = ".lowThresholdPercent")
    @ValidationRule(
            value = "!has(self.exclude) || self.exclude.all(i, (" + ImageGlob.IN_FULL + ") && " + ImageGlob.NO_TAG
                    + ")",
            message =
                    "retention.exclude takes names in full, without tag and digest, such as docker.io/library/busybox:"
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
}
