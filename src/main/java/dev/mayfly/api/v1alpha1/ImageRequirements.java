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
import java.util.Map;

/** The rules for an image; one that is not given asks for nothing. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.minimumAgeSeconds) || !has(self.maximumAgeSeconds) ||"
                + " self.minimumAgeSeconds <= self.maximumAgeSeconds",
        message = "minimumAgeSeconds must not be above maximumAgeSeconds, because no image could be right: change one",
        fieldPath = ".minimumAgeSeconds")
@ValidationRule(
        value = "!has(self.registries) || self.registries.all(i, " + ImageGlob.IN_FULL + ")",
        message = "require.registries takes names in full: registry.example.com/** for all that is in that registry,"
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
