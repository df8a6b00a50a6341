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
        value = "has(self.require) || has(self.forbid) || has(self.prePull) || has(self.retention)",
        message = "the policy asks for nothing: give require, forbid, prePull or retention")
public record ImagePolicySpec(
        @JsonPropertyDescription(
                "Which images, in which namespaces, the policy applies to. Default: all images in all" + " namespaces.")
        ImageMatch match,

        @JsonPropertyDescription(
                "Enforce: nothing starts from an image that breaks a rule; what already runs goes on and is"
                        + " reported. Audit: violations are only reported. Default Enforce.")
        @Default("Enforce")
        Action action,

        @JsonPropertyDescription("What an image must be. Default: nothing is required.")
        ImageRequirements require,

        @JsonPropertyDescription(
                "What an image must not have. RootUser: processes that run as root, by the image's USER, or"
                        + " by securityContext.runAsUser where that is set. SecretsInEnv: something that looks like a"
                        + " password, token or private key in its environment or history. SetuidFiles: a file with the"
                        + " setuid or setgid bit. UncoveredVolumes: a VOLUME at which the workload mounts neither a"
                        + " volume nor scratch. At most 4. Default: nothing is forbidden.")
        @Size(max = 4)
        List<ForbiddenContent> forbid,

        @JsonPropertyDescription("Images that are pulled in advance and never removed. At most 32. Default: none.")
        @Size(max = 32)
        List<@Size(min = 1, max = 1024) String> prePull,

        @JsonPropertyDescription(
                "When unused images are removed. Only images that Mayfly pulled are, the least recently used"
                        + " first. If several policies with retention match an image, all of them must allow its"
                        + " removal; if none does, it is kept. Default: the policy has no rule about removal.")
        ImageRetention retention) {

    /** The consequence of a violation. */
    public enum Action {
        Enforce,
        Audit
    }

    /** The properties of an image that a policy can forbid. */
    public enum ForbiddenContent {
        RootUser,
        SecretsInEnv,
        SetuidFiles,
        UncoveredVolumes
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
            @JsonPropertyDescription("Globs of full image names, with registry and without tag or digest, such as"
                    + " docker.io/library/busybox. * stands for any text without '/', ** for any text, ? for one"
                    + " character. An image matches by the name in the workload and by each of its names on the"
                    + " engine. At most 32. Default: all images.")
            @Size(max = 32)
            List<@Size(min = 1, max = 256) String> images,

            @JsonPropertyDescription(
                    "Globs of the namespaces of workloads and tasks, such as team-*. * stands for any text. At"
                            + " most 32. Default: all namespaces.")
            @Size(max = 32)
            List<@Size(min = 1, max = 63) String> namespaces) {}

    /** The rules for an image; one that is not given asks for nothing. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.minAgeSeconds) || !has(self.maxAgeSeconds) ||"
                    + " self.minAgeSeconds <= self.maxAgeSeconds",
            message = "minAgeSeconds must not be above maxAgeSeconds, because no image could be right: change one",
            fieldPath = ".minAgeSeconds")
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
            @JsonPropertyDescription("Globs of registries and repositories, such as docker.io/library/* or"
                    + " registry.example.com/**. The image must have a digest from one of them, so an image that is"
                    + " named by its id, or was only tagged on the engine, matches none. At most 32. Default: any.")
            @Size(max = 32)
            List<@Size(min = 1, max = 256) String> registries,

            @JsonPropertyDescription("true: the workload must name the image by digest. Default false.")
            @Default("false")
            Boolean digest,

            @JsonPropertyDescription(
                    "How many seconds ago the image must have been built, at least. An image without a build"
                            + " date, or of 1970, breaks the rule. 0 to 315360000. Default: any age.")
            @Min(0)
            @Max(315_360_000)
            Integer minAgeSeconds,

            @JsonPropertyDescription(
                    "How many seconds ago the image must have been built, at most. An image without a build date,"
                            + " or of 1970, breaks the rule. 0 to 315360000. Default: any age.")
            @Min(0)
            @Max(315_360_000)
            Integer maxAgeSeconds,

            @JsonPropertyDescription("Largest size of the image in bytes, such as 500Mi. Default: any size.")
            Quantity maxSize,

            @JsonPropertyDescription(
                    "Labels that the image must have. Each value is a glob, in which * stands for any text. At"
                            + " most 32. Default: none.")
            @Size(max = 32)
            Map<String, @Size(max = 256) String> labels) {
        /** Nothing given. */
        public static final ImageRequirements NONE = new ImageRequirements(null, null, null, null, null, null);
    }

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
                    "Removal begins when this percentage of the engine's disk is used. 0 to 100. Default 85.")
            @Default("85")
            @Min(0)
            @Max(100)
            Integer highThresholdPercent,

            @JsonPropertyDescription(
                    "Removal that began at highThresholdPercent ends when this percentage of the engine's disk is"
                            + " used. 0 to 100. Default 80.")
            @Default("80")
            @Min(0)
            @Max(100)
            Integer lowThresholdPercent,

            @JsonPropertyDescription(
                    "Largest size in bytes, such as 20Gi, of all images that Mayfly pulled and the policy"
                            + " matches; layers that several of them share count once. Above it removal begins, however"
                            + " full the disk is, and ends as soon as they fit. Default: unlimited.")
            Quantity maxTotalSize,

            @JsonPropertyDescription(
                    "How many seconds an image is kept after its last use, at least. 0 to 315360000. Default 120.")
            @Default("120")
            @Min(0)
            @Max(315_360_000)
            Integer minAgeSeconds,

            @JsonPropertyDescription(
                    "How many images of each repository are kept, those pulled last. 0 to 100. Default 2.")
            @Default("2")
            @Min(0)
            @Max(100)
            Integer keepLast,

            @JsonPropertyDescription("Globs of full image names, with registry and without tag or digest, such as"
                    + " docker.io/library/**, that are never removed. At most 32. Default: none.")
            @Size(max = 32)
            List<@Size(min = 1, max = 256) String> exclude,

            @JsonPropertyDescription("true: nothing is removed; status.reclaimable lists what would be. Default false.")
            @Default("false")
            Boolean dryRun) {}
}
