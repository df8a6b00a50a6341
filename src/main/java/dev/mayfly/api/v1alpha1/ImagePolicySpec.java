package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What a policy asks for. */
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

    /** What follows where a rule is broken. */
    public enum Action {
        Enforce,
        Audit
    }

    /** What a glob of image names must be, as CEL says it of {@code i}: else it would match nothing, and nobody would notice. */
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
}
